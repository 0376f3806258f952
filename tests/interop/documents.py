"""JSON documents as FORMAT.md §1.4 to §1.7 say: the kinds of members, and a reader that takes nothing else.

Entry points: `read`, `Refused`. Absent: signatures, encryption.
"""

import base64
import binascii
import json
import re
from datetime import date, datetime

LIMIT = 2**53 - 1
DEPTH = 127


class Refused(Exception):
    """Something breaks a clause; `code` is its name in FORMAT.md §13."""

    def __init__(self, code, why=""):
        super().__init__(f"{code}: {why}")
        self.code = code


def code_of(check, *args, **more):
    """`None`, or the code by which a check refuses."""
    try:
        check(*args, **more)
    except Refused as error:
        return error.code
    return None


class Later(Exception):
    """A document, a member or a word of a later version."""


class Form(Exception):
    """A document that is not in its form."""


def unpadded(text):
    """Bytes of base64url without padding, whose spare bits are zero (§1.6)."""
    if not isinstance(text, str) or re.fullmatch(r"[A-Za-z0-9_-]*", text) is None or len(text) % 4 == 1:
        raise Form("base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Form("base64url") from error
    if padless(data) != text:
        raise Form("spare bits")
    return data


def padless(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def ensure(holds, why):
    if not holds:
        raise Form(why)


def text(value):
    ensure(isinstance(value, str), "a text")


def filled(value):
    text(value)
    ensure(value.strip() != "", "a text that says something")


def boolean(value):
    ensure(isinstance(value, bool), "a truth value")


def integer(value):
    ensure(isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LIMIT, "an integer")


def uint(value, top=LIMIT):
    integer(value)
    ensure(0 <= value <= top, "an integer from 0 on")


def uint32(value):
    uint(value, 2**32 - 1)


def b64(size):
    def check(value):
        ensure(len(unpadded(value)) == size, f"{size} bytes")

    return check


def hexadecimal(value):
    ensure(isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value), "a SHA-256 in hexadecimal")


def bundle_id(value):
    ensure(isinstance(value, str) and re.fullmatch(r"[A-Z0-9-]{6,32}", value), "a 管理番号")


def holder(value):
    ensure(isinstance(value, str) and re.fullmatch(r"slot/([1-9]|[1-5][0-9]|6[0-4])", value), "a holder")


def day(value):
    ensure(isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value), "a day")
    try:
        ensure(1868 <= date.fromisoformat(value).year <= 9998, "a year")
    except ValueError as error:
        raise Form("a day") from error


def time(value):
    shape = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+09:00"
    ensure(isinstance(value, str) and re.fullmatch(shape, value), "a time")
    day(value[:10])
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise Form("a time") from error


def optional(kind):
    return lambda value: None if value is None else kind(value)


def many(kind, least=0, most=None):
    def check(value):
        ensure(isinstance(value, list) and len(value) >= least, "a list")
        ensure(most is None or len(value) <= most, "a shorter list")
        for one in value:
            kind(one)

    return check


def word(*words):
    def check(value):
        text(value)
        if value not in words:
            raise Later(value)

    return check


def exactly(constant):
    def check(value):
        ensure(value == constant, constant)

    return check


def table(**members):
    """An object with exactly these members; a trailing `_` makes Python's own words usable."""
    members = {name.rstrip("_"): kind for name, kind in members.items()}

    def check(value):
        ensure(isinstance(value, dict), "an object")
        missing = members.keys() - value.keys()
        ensure(not missing, f"{missing} left out")
        if unknown := value.keys() - members.keys():
            raise Later(str(unknown))
        for name, kind in members.items():
            kind(value[name])

    return check


def _pairs(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise Form("a member stands there twice")
    return dict(pairs)


def _number(digits):
    if digits == "-0":
        raise Form("-0")
    return int(digits)


def _no(what):
    raise Form(f"the number {what}")


def parse(data):
    """Strict JSON: UTF-8 without a mark, no member twice, integers alone."""
    try:
        said = data.decode("utf-8")
        ensure(not said.startswith("\ufeff"), "a byte order mark")
        value = json.loads(said, object_pairs_hook=_pairs, parse_int=_number, parse_float=_no, parse_constant=_no)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Form(str(error)) from error
    _whole(value)
    return value


def _whole(value, depth=0):
    ensure(depth <= DEPTH, "too deep")
    if isinstance(value, str):
        ensure(not any(0xD800 <= ord(letter) <= 0xDFFF for letter in value), "half a character")
    elif isinstance(value, list):
        for one in value:
            _whole(one, depth + 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            _whole(name)
            _whole(one, depth + 1)


def read(data, fmt, kind, form, later="later_version"):
    """A document of format `fmt`; refused as `form`, or as of a later version."""
    try:
        value = parse(data)
        ensure(isinstance(value, dict) and isinstance(value.get("format"), str), "format")
        said = value["format"]
        if said != fmt:
            ensure("/" in said and said.rsplit("/", 1)[0] == fmt.rsplit("/", 1)[0], said)
            raise Later(said)
        kind(value)
        return value
    except Later as error:
        raise Refused(later, str(error)) from error
    except Form as error:
        raise Refused(form, str(error)) from error


def write(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
