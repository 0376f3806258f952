"""Unions of two ledgers, and the desks that may sign their lines (FORMAT.md §10.11, §10.12).

Entry points: `Unions.follow`, `follow_desks`.
"""

import hashlib

import jws
from documents import unpadded

OF_OFFICE = (
    "office_founded", "office_renamed", "key_changed", "office_certified", "desk_enrolled", "desk_struck_off"
)
# What never counts in another ledger.
OF_LEDGER = OF_OFFICE + (
    "office_set", "person_set", "letter_text_set", "rules_adopted", "backed_up", "restored", "ledgers_united",
    "brought", "year_closed", "year_destroyed"
)


def follow_desks(desks, said):
    """Which desks' keys may sign the next line (§10.11)."""
    if said["kind"] == "desk_enrolled":
        desks.append(said["key"])
    elif said["kind"] == "desk_struck_off":
        desks[:] = [key for key in desks if jws.thumbprint(key) != said["key"]]


class Unions:
    """What other ledgers brought so far."""

    def __init__(self, read_line):
        self.read_line = read_line
        self.all = []
        # Every line that was brought: its place in the other ledger, and the union that brought it.
        self.brought = {}

    def lose(self):
        """A line was destroyed, which may have been one that was brought."""
        for union in self.all:
            union["lost"] += 1

    def follow(self, said, hashes, office, desks):
        """Whether a line fits: of one that is no union's, always."""
        if said["kind"] == "ledgers_united":
            return self._begin(said, hashes, office, desks)
        return self._take(said) if said["kind"] == "brought" else True

    def _begin(self, said, hashes, office, desks):
        first, after = said["from"], unpadded(said["after"])
        here = 1 <= first <= len(hashes) and hashes[first - 1] == after
        place, before = self.brought.get(after, (None, None))
        goes_on = not here and place is not None and place + 1 == first
        is_new = said["lines"] > 0 and unpadded(said["sha256"]) not in self.brought
        if not (here or goes_on) or not is_new or first + said["lines"] >= 1 << 64:
            return False
        self.all.append({
            "next": first, "end": first + said["lines"], "prev": after, "sha256": unpadded(said["sha256"]),
            "numbers": [other["was"] for other in said["numbers"]], "office": office, "desks": list(desks),
            "common": before["common"] if goes_on else first,
            "lines": set(before["lines"]) if goes_on else set(), "lost": 0,
        })
        return True

    def _take(self, said):
        union = self.all[-1] if self.all else None
        line = self.read_line(said["line"].encode())
        sha256 = hashlib.sha256(said["line"].encode()).digest()
        if not union or union["next"] >= union["end"] or line is None or sha256 in self.brought:
            return False
        event, signer, _ = line
        kind = event["event"]["kind"]
        by = signer == union["office"] or (signer in union["desks"] and kind not in OF_OFFICE)
        follows = event["seq"] == union["next"] and unpadded(event["prev"]) == union["prev"]
        may_follow = union["lost"] and event["seq"] > union["next"]
        ends = event["seq"] + 1 != union["end"] or sha256 == union["sha256"]
        counts = not said["counts"] or self._may_count(union, event["event"])
        if not (by and (follows or may_follow) and ends and event["seq"] < union["end"] and counts):
            return False
        follow_desks(union["desks"], event["event"])
        union["next"], union["prev"] = event["seq"] + 1, sha256
        union["lines"].add(event["seq"] + 1)
        self.brought[sha256] = event["seq"], union
        return True

    @staticmethod
    def _may_count(union, event):
        """Of an office or a ledger nothing counts; a request has a number here; a line that is named is here."""
        report = event.get("report") if event["kind"] == "submitted" else None
        named = event["line"] if event["kind"] == "taken_back" else None
        if isinstance(report, dict) and report.get("of") == "incident":
            named = report["line"]
        if named is not None and named > union["common"] and named not in union["lines"]:
            return False
        return event["kind"] not in OF_LEDGER and (event["kind"] != "requested" or event["number"] in union["numbers"])
