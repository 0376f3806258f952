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

    def lose(self):
        """A line was destroyed, which may have been one that was brought."""
        if self.all and self.all[-1]["next"] < self.all[-1]["end"]:
            self.all[-1]["has_gaps"] = True

    def follow(self, said, hashes, office, desks):
        """Whether a line fits: of one that is no union's, always."""
        if said["kind"] == "ledgers_united":
            return self._begin(said, hashes, office, desks)
        return self._take(said) if said["kind"] == "brought" else True

    def _begin(self, said, hashes, office, desks):
        first, after = said["from"], unpadded(said["after"])
        here = 1 <= first <= len(hashes) and hashes[first - 1] == after
        before = any(union["end"] == first and union["sha256"] == after for union in self.all)
        last = self.all[-1] if self.all else None
        is_open = last and last["next"] < last["end"] and not last["has_gaps"]
        if not (here or before) or is_open or said["lines"] < 1 or first + said["lines"] >= 1 << 64:
            return False
        self.all.append({
            "next": first, "end": first + said["lines"], "prev": after, "sha256": unpadded(said["sha256"]),
            "numbers": [other["was"] for other in said["numbers"]], "office": office, "desks": list(desks),
            "has_gaps": False,
        })
        return True

    def _take(self, said):
        union = self.all[-1] if self.all else None
        line = self.read_line(said["line"].encode())
        if not union or union["next"] >= union["end"] or line is None:
            return False
        event, signer, _ = line
        kind, sha256 = event["event"]["kind"], hashlib.sha256(said["line"].encode()).digest()
        by = signer == union["office"] or (signer in union["desks"] and kind not in OF_OFFICE)
        follows = event["seq"] == union["next"] and unpadded(event["prev"]) == union["prev"]
        may_follow = union["has_gaps"] and event["seq"] > union["next"]
        ends = event["seq"] + 1 != union["end"] or sha256 == union["sha256"]
        counts = not said["counts"] or (
            kind not in OF_LEDGER and (kind != "requested" or event["event"]["number"] in union["numbers"])
        )
        if not (by and (follows or may_follow) and ends and event["seq"] < union["end"] and counts):
            return False
        follow_desks(union["desks"], event["event"])
        union["next"], union["prev"] = event["seq"] + 1, sha256
        return True
