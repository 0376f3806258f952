"""Names and lines that stand on marks (FORMAT.md §1.5).

Entry points: `name`, `shown`.
"""

import re
import unicodedata

from documents import ensure, text

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and a blank that is no white space.
IGNORABLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\u2800]"
)
IDEOGRAPH = re.compile("[\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
VARIANT = re.compile("[\U000e0100-\U000e01ef]")


def _allowed(letter):
    kind = unicodedata.category(letter)
    if letter in " \u3000":
        return True
    if IGNORABLE.fullmatch(letter) or kind[0] in "CZ":
        return False
    if unicodedata.bidirectional(letter) in ("R", "AL", "AN"):
        return False
    return ord(letter) < 0x10000 or bool(IDEOGRAPH.fullmatch(letter))


def name(value):
    text(value)
    value = value.strip()
    ensure(len(value) <= 60, "a name of at most 60 characters")
    marks, before = 0, " "
    for letter in value:
        variant = VARIANT.fullmatch(letter) and IDEOGRAPH.fullmatch(before)
        is_mark = unicodedata.category(letter).startswith("M") and not variant
        marks = marks + 1 if is_mark else 0
        ensure((variant or _allowed(letter)) and marks <= 2, f"U+{ord(letter):04X}")
        before = letter
    letters = sum(letter.isalnum() for letter in value)
    ensure(letters >= 2 or IDEOGRAPH.search(value), "two letters or an ideograph")


def name_or_empty(value):
    text(value)
    if value.strip():
        name(value)


def shown(value):
    text(value)
    ensure(len(value) <= 200 and all(map(_allowed, value)), "a line that can be seen")
