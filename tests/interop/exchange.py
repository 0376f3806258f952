"""What one makes and the other takes: bundles, receipts, codes, request files and ledgers.

Entry point: `check`.
"""

import hashlib
import json
from datetime import date

import jws
import keys
import ledger
import receipts
from bundle import check_clips, extension_link, open_bundle, open_ticket
from cryptography.hazmat.primitives.asymmetric import ec
from documents import code_of, padless, unpadded, write

OFFICE = ["--office", "office", "--passphrase-file", "office.txt"]
NOW = "2099-01-01T00:00:00+09:00"


def check(fuin, root):
    found(fuin, root)
    opened = open_bundle(fuin.path("one.fuin").read_bytes(), passphrase="1234-5678-9012")
    private, [master], _ = ledger.open_office(fuin.path("office/office.key").read_bytes(), "the office passphrase")
    office = jws.jwk_of(private.public_key())
    checks = _tickets(fuin, opened, master) + _receipts(fuin, opened, private, master, office) + _requests(fuin)
    return checks + _ledgers(fuin, private) + _key_change(fuin, private)


def found(fuin, root):
    """An office of `fuin`'s, and a bundle of it."""
    fuin.write("office.txt", "the office passphrase\n")
    fuin.write("recipient.txt", "1234-5678-9012\n")
    fuin.write("clip.mp4", (root / "vectors/small.mp4").read_bytes())
    fuin.write("request.toml", fuin.run("request", "example", "--rules", "minato")["request"])
    done = fuin.run(
        "office",
        "new",
        "--rules",
        "minato",
        "--name",
        "港区防災課",
        "--contact",
        "03",
        "--passphrase-file",
        "office.txt",
        "office",
    )
    assert done["ok"], done
    done = fuin.run(
        "seal",
        *OFFICE,
        "--request",
        "request.toml",
        "--clip",
        "clip.mp4",
        "--out",
        "one.fuin",
        "--recipient-passphrase-file",
        "recipient.txt",
    )
    assert done["ok"], done


def _sealed(fuin):
    """What the office sealed, from its ledger."""
    events, faults = ledger.read_ledger(fuin.path("office/ledger.jsonl").read_bytes())
    assert not faults, faults
    return {
        event["event"]["bundle_id"]: (event["event"], event["at"])
        for event in events
        if event["event"]["kind"] == "sealed"
    }


def _receipts(fuin, opened, private, master, office):
    number, name, secret = opened["manifest"]["bundle_id"], opened["manifest_sha256"], opened["receipt_secret"]
    assert secret == receipts.receipt_secret(master, number, "slot/1")
    device, issued = ec.generate_private_key(ec.SECP256R1()), opened["manifest"]["issued_at"]

    def made(signer=device, secret=secret, number=number, name=name, who="slot/1", kind="delivery", at=issued, **more):
        return receipts.make(signer, secret, number, name, who, kind, at, **more)

    good = made()
    said = json.loads(unpadded(good.split(".")[1]))

    def bent(**change):
        return jws.sign(device, "fuin-receipt+jws", write(said | change))

    other = receipts.receipt_secret(master, number, "slot/2")
    cases = {
        "good": good,
        "the same": good,
        "another of the day": made(ordinal=2),
        "partial": made(kind="partial_return"),
        "the office's own": made(signer=private),
        "no holder": made(who="slot/2"),
        "another's secret": made(secret=other),
        "another bundle": made(number="R8-0009-ZZZZ"),
        "a lost bundle": made(number="R8-0009-ZZZZ", secret=receipts.receipt_secret(master, "R8-0009-ZZZZ", "slot/1")),
        "a head of elsewhere": made(kind="retention", head=bytes(range(32))),
        "another manifest": made(name=bytes(32)),
        "early": made(at="2020-02-02T00:00:00+09:00"),
        "ahead": made(at="2090-01-01T00:00:00+09:00"),
        "code of another day": bent(code=made_code(secret, number, name)),
        "no code": bent(code="x"),
        "another kind": bent(kind="loss"),
        "ordinal 17": bent(ordinal=17),
        "later": bent(format="fuin-receipt/2"),
        "a member more": bent(mood="good"),
        "a member less": jws.sign(device, "fuin-receipt+jws", write({k: v for k, v in said.items() if k != "log"})),
        "no time": bent(at="today"),
        "blank": good + "\n",
        "flipped": good[:50] + ("A" if good[50] != "A" else "B") + good[51:],
        "no receipt": "hello",
        "holder 0": bent(holder="slot/0"),
        "log": bent(log=said["log"] | {"count": -1}),
    }
    for case, text in cases.items():
        fuin.write("receipt.jws", text)
        theirs = fuin.code("confirm", *OFFICE, "--operator", "取扱者", "receipt.jws")
        ours = _judged(fuin, text.encode(), master, office)
        known = {"the same": "receipt_duplicate"}.get(case, ours)
        assert theirs == known, f"{case}: second implementation {ours}, fuin {theirs}"
    _logs(fuin, made, name, issued)
    findings = fuin.run("ledger", "verify", "--office", "office")["findings"]
    assert [finding["finding"] for finding in findings] == ["overtaken"], findings
    assert opened["manifest"]["ledger_head"] == _head_before(fuin, number)
    fuin.write("receipt.jws", good.encode()[:100] + b"\xff")
    assert fuin.code("confirm", *OFFICE, "--operator", "取扱者", "receipt.jws") == "receipt_signature"
    day = issued[:10]
    typed = receipts.code(secret, number, name, "return", day, 1)
    for text, wanted in ((typed[:-1] + ("0" if typed[-1] != "0" else "1"), "code_mistyped"), (typed.lower(), None)):
        assert fuin.code("confirm", *OFFICE, "--operator", "取扱者", "--bundle", number, "--code", text) == wanted
    mine = fuin.run(
        "receipt",
        "one.fuin",
        "--recipient-passphrase-file",
        "recipient.txt",
        "--kind",
        "erasure",
        "--reporter",
        "例示花子",
        "--out",
        "mine.jws",
    )
    read, _ = receipts.read_receipt(fuin.path("mine.jws").read_bytes())
    assert mine["code"] == read["code"] == receipts.code(secret, number, name, "erasure", read["at"][:10], 1)
    return len(cases) + 8


def _logs(fuin, made, name, issued):
    """What `fuin` says of a log that is good, altered, or not the one before."""
    opened = {"at": issued, "what": "opened", "by": "例示花子", "session": "K3Q7ABCD"}
    played = {"at": issued, "what": "played", "clip": 0, "from_ms": 0, "to_ms": 40}
    good = receipts.chained([{"at": issued, "what": "began"}, opened, played], name)
    assert receipts.read_log(good, name) == [{"at": issued, "what": "began"}, opened, played]
    altered = good | {"entries": [good["entries"][0], good["entries"][2]]}
    found = []
    for ordinal, log in ((3, good), (4, altered), (5, receipts.chained([opened], name))):
        fuin.write("receipt.jws", made(ordinal=ordinal, log=log))
        done = fuin.run("confirm", *OFFICE, "--operator", "取扱者", "receipt.jws")
        assert done["ok"], done
        found.append({concern["fault"] for concern in done["concerns"] if concern["concern"] == "log"})
    # The receipts before had no log at all.
    odd = {"missing", "broken", "not_opened"}
    assert found == [{"missing"}, odd, odd | {"not_continued"}], found


def _tickets(fuin, opened, master):
    """A ticket and extension codes of `fuin`'s."""
    number, end = opened["manifest"]["bundle_id"], opened["manifest"]["not_after"]
    kept = fuin.path(f"office/bundle-keys/{number}.key").read_bytes()
    assert ledger.open_kept_key(kept, master, number) == opened["bundle_key"]
    assert code_of(ledger.open_kept_key, kept, master, "R8-0009-ZZZZ") == "bundle_key_other"
    fuin.write("ticket.txt", "2345-6789-1234\n")
    issued = ["ticket", *OFFICE, "--bundle", number, "--out", "two.ticket", "--recipient-passphrase-file", "ticket.txt"]
    made = fuin.run(*issued)
    assert made["ok"], made
    ticket = open_ticket(
        fuin.path("two.ticket").read_bytes(), fuin.path("one.fuin").read_bytes(), passphrase="2345-6789-1234"
    )
    check_clips(ticket["bundle"], fuin.path("one.fuin").read_bytes())
    recorded, _ = _sealed(fuin)[made["bundle_id"]]
    assert recorded["manifest_sha256"] == padless(ticket["manifest_sha256"]) and recorded["ticket"]["of"] == number
    assert ticket["receipt_secret"] == receipts.receipt_secret(master, made["bundle_id"], "slot/1")
    days = 40
    code = receipts.extension_code(master, number, days)
    verify = ["verify", "one.fuin", "--recipient-passphrase-file", "recipient.txt", "--extension"]
    later = fuin.run(*verify, code)
    assert (date.fromisoformat(later["not_after"][:10]) - date.fromisoformat(end[:10])).days == days, later
    other = receipts.extension_code(bytes(32), number, days)
    for text, wanted in ((other, "extension_other"), (code[:-1], "extension_form"), (code.lower(), None)):
        assert fuin.code(*verify, text) == wanted, text
    assert padless(extension_link(number, _link(code), days)) == opened["manifest"]["extension"]
    return 11


def _link(code):
    value = 0
    for letter in code.replace("-", "")[:-1]:
        value = value << 5 | receipts.SYMBOLS.index(letter)
    return (value & 2**96 - 1).to_bytes(12)


def _head_before(fuin, number):
    """The head when a bundle was sealed: its request was recorded together with it, behind that."""
    events, _ = ledger.read_ledger(fuin.path("office/ledger.jsonl").read_bytes())
    case = next(event["event"]["number"] for event in events if event["event"].get("bundle_id") == number)
    return next(event["prev"] for event in events if event["event"].get("number") == case)


def made_code(secret, number, name):
    return receipts.code(secret, number, name, "delivery", "2026-11-24", 1)


def _judged(fuin, data, master, office):
    sealed = _sealed(fuin)
    return code_of(receipts.judge, data, sealed, master, office, max(at for _, at in sealed.values()))


def _requests(fuin):
    """A request file that is made here and recorded there."""
    events, _ = ledger.read_ledger(fuin.path("office/ledger.jsonl").read_bytes())
    asked = next(event["event"]["request"] for event in events if event["event"]["kind"] == "requested")
    asked = asked | {
        "review": {member: None if member == "council_on" else "" for member in asked["review"]},
        "conditions": [],
        "clip": [],
        "undertaking": None,
    }
    signing, agreement = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    said = {
        "format": "fuin-request/1",
        "made_at": "2026-11-20T10:00:00+09:00",
        "rules": "minato",
        "request": asked,
        "promises": [],
        "device_key": jws.jwk_of(agreement.public_key()),
    }
    no_point = said["device_key"] | {"y": padless(bytes(32))}
    cases = {
        "good": said,
        "no key": said | {"device_key": None},
        "no point": said | {"device_key": no_point},
        "promises": said | {"promises": ["守る"]},
        "review": said | {"request": asked | {"review": asked["review"] | {"scope": "可"}}},
        "later": said | {"format": "fuin-request/2"},
        "empty": said | {"request": asked | {"purpose": " "}},
        "no range": said | {"request": asked | {"range": []}},
        "name": said | {"request": asked | {"applicant": asked["applicant"] | {"person": "\u200b"}}},
        "order": said | {"request": asked | {"range": [asked["range"][0] | {"to": "2000-01-01T00:00:00+09:00"}]}},
        "left out": {member: value for member, value in said.items() if member != "device_key"},
        "more": said | {"request": asked | {"mood": ""}},
    }
    for case, document in cases.items():
        text = jws.sign(signing, "fuin-request+jws", write(document))
        fuin.write("request.jws", text)
        theirs = fuin.code("record", *OFFICE, "--operator", "取扱者", "request", "request.jws")
        ours = code_of(ledger.read_request, text)
        assert ours == theirs, f"request {case}: second implementation {ours}, fuin {theirs}"
    return len(cases)


def _ledgers(fuin, private):
    """A ledger that is bent in one place each."""
    office = jws.jwk_of(private.public_key())
    path = fuin.path("office/ledger.jsonl")
    good = path.read_bytes()
    lines = good.splitlines(keepends=True)
    flipped = bytearray(good)
    flipped[len(lines[0]) + 200] ^= 1
    stranger = keys.private_key(bytes(31) + b"\x05")
    first = json.loads(unpadded(lines[0].decode().split(".")[1]))
    foreign = jws.sign(stranger, "fuin-event+jws", write(first)).encode() + b"\n"
    gone = hashlib.sha256(lines[1].rstrip(b"\n")), hashlib.sha256(b"\0" + lines[1].rstrip(b"\n"))
    left = dict(zip(("sha256", "leaf"), (padless(hash.digest()) for hash in gone)))
    stub = json.dumps({"format": "fuin-destroyed/1"} | left, separators=(",", ":")).encode() + b"\n"
    cases = {
        "destroyed by nobody": lines[0] + stub + b"".join(lines[2:]),
        "good": good,
        "flipped": bytes(flipped),
        "swapped": b"".join([lines[0], lines[2], lines[1], *lines[3:]]),
        "cut": b"".join(lines[:-1]),
        "removed": b"".join([lines[0], *lines[2:]]),
        "CRLF": good.replace(b"\n", b"\r\n"),
        "blank line": lines[0] + b"\n" + b"".join(lines[1:]),
        "no UTF-8": good[:300] + b"\xff" + good[301:],
        "foreign": foreign + b"".join(lines[1:]),
        "blank before": b" " + good,
    }
    for case, data in cases.items():
        path.write_bytes(data)
        theirs = fuin.code("ledger", "verify", "--office", "office")
        head = fuin.path("office/ledger.head").read_bytes()
        _, faults = ledger.read_ledger(data + head, office)
        assert theirs == (faults[0] if faults else None), (
            f"ledger {case}: second implementation {faults}, fuin {theirs}"
        )
    path.write_bytes(good)
    return len(cases) + _desks(fuin, private) + _unions(fuin, private) + _proofs(fuin, office)


def _next_line(key, data, event):
    """The line of an event behind others."""
    prev = padless(hashlib.sha256(data.splitlines()[-1]).digest())
    said = {"format": "fuin-event/1", "seq": len(data.splitlines()), "prev": prev}
    said |= {"at": "2026-11-24T10:00:00+09:00", "actor": "取扱者", "event": event}
    return jws.sign(key, "fuin-event+jws", write(said)).encode() + b"\n"


def _verified(fuin, private, data):
    """What both say of a ledger under a head that counts it."""
    counted = {"format": "fuin-ledger-head/1", "lines": len(data.splitlines())}
    counted |= {"sha256": padless(hashlib.sha256(data.splitlines()[-1]).digest())}
    signed = jws.sign(private, "fuin-ledger-head+jws", write(counted))
    fuin.path("office/ledger.jsonl").write_bytes(data)
    fuin.path("office/ledger.head").write_text(signed)
    theirs = fuin.code("ledger", "verify", "--office", "office")
    _, faults = ledger.read_ledger(data + signed.encode(), jws.jwk_of(private.public_key()))
    return theirs, faults


def _unions(fuin, private):
    """Lines of another copy that are brought in, whole and bent (§10.12)."""
    path, head = fuin.path("office/ledger.jsonl"), fuin.path("office/ledger.head")
    good, good_head = path.read_bytes(), head.read_bytes()
    stranger = keys.private_key(bytes(31) + b"\x07")
    sha256 = lambda line: padless(hashlib.sha256(line).digest())
    operation = {key: "例" for key in ("camera", "subject", "reason", "particulars", "permitted_by", "operator")}
    operation |= {"kind": "operation", "section": "complaint", "on": "2026-11-24", "note": "", "time": "", "number": None}
    role = {"kind": "office_set", "roles": []}
    one = _next_line(private, good, operation)
    two = _next_line(private, good + one, role)
    forged = _next_line(stranger, good, operation)
    lines = good.splitlines()
    said = {"kind": "ledgers_united", "from": len(lines), "after": sha256(lines[-1]), "lines": 2}
    said |= {"sha256": sha256(two[:-1]), "numbers": [], "reason": "二台", "by": "課長"}
    brought = lambda line, counts: {"kind": "brought", "line": line[:-1].decode(), "counts": counts}
    first, second, other = brought(one, True), brought(two, False), {"kind": "backed_up", "lines": 1}
    later = said | {"from": len(lines) + 2, "after": said["sha256"], "lines": 1}
    three = _next_line(private, good + one + two, operation)
    later |= {"sha256": sha256(three[:-1])}
    rest = said | {"from": len(lines) + 1, "after": sha256(one[:-1]), "lines": 1}
    take = {"kind": "taken_back", "reason": "誤り", "by": "課長"}
    back = _next_line(private, good + one, take | {"line": len(lines) + 1})
    far = _next_line(private, good + one, take | {"line": len(lines) + 9})
    cases = {
        "whole": [said, first, second],
        "others between": [said, other, first, other, second],
        "not finished": [said, first],
        "set aside": [said, brought(one, False), second],
        "goes on": [said, first, second, later, brought(three, True)],
        "goes on too early": [said, first, later],
        "counts": [said, first, brought(two, True)],
        "one is missing": [said, second],
        "twice": [said, first, first, second],
        "too many": [said, first, second, brought(three, True)],
        "nobody said so": [first],
        "another end": [said | {"sha256": sha256(one[:-1])}, first, second],
        "another beginning": [said | {"after": sha256(lines[0])}, first],
        "before the first": [said | {"from": 0}, first],
        "none": [said | {"lines": 0}],
        "by a stranger": [said, brought(forged, True)],
        "begun twice": [said, said, first, second],
        "ended in the middle": [said, first, rest, second],
        "once more": [said, first, second, said],
        "takes back a line of there": [said | {"sha256": sha256(back[:-1])}, first, brought(back, True)],
        "takes back a line that is not here": [said | {"sha256": sha256(far[:-1])}, first, brought(far, True)],
        "no line": [said, brought(b"x.y.z\n", False)],
        "no name": [{key: value for key, value in said.items() if key != "by"}],
    }
    for case, events in cases.items():
        data = good
        for event in events:
            data += _next_line(private, data, event)
        theirs, faults = _verified(fuin, private, data)
        assert theirs == (faults[0] if faults else None), f"union, {case}: second {faults}, fuin {theirs}"
        good_ones = ("whole", "others between", "not finished", "set aside", "goes on")
        is_good = case in good_ones + ("begun twice", "ended in the middle", "takes back a line of there")
        assert (theirs is None) == is_good, f"union, {case}: {theirs}"
    path.write_bytes(good)
    head.write_bytes(good_head)
    return len(cases)


def _desks(fuin, private):
    """Lines that a desk signs, before and after it may (§10.11)."""
    path, head = fuin.path("office/ledger.jsonl"), fuin.path("office/ledger.head")
    good, good_head = path.read_bytes(), head.read_bytes()
    desk = keys.private_key(bytes(31) + b"\x06")
    public = jws.jwk_of(desk.public_key())
    enrol = (private, {"kind": "desk_enrolled", "key": public, "name": "窓口"})
    strike = {"kind": "desk_struck_off", "key": jws.thumbprint(public), "reason": "紛失"}
    line = {"kind": "backed_up", "lines": 1}
    cases = {
        "enrolled": [enrol, (desk, line), (private, line)],
        "nobody enrolled it": [(desk, line)],
        "struck off": [enrol, (private, strike), (desk, line)],
        "strikes itself off": [enrol, (desk, strike)],
        "enrols another": [enrol, (desk, enrol[1] | {"key": jws.jwk_of(private.public_key())})],
        "person": [enrol, (desk, {"kind": "person_set", "name": "花子", "roles": ["decider", "handler"]})],
        "no role": [(private, {"kind": "person_set", "name": "花子", "roles": ["clerk"]})],
        "claimed": [(private, {"kind": "claimed", "number": 1, "by": None})],
        "no key": [(private, {"kind": "desk_enrolled", "key": None, "name": "窓口"})],
    }
    for case, lines in cases.items():
        data = good
        for key, event in lines:
            data += _next_line(key, data, event)
        theirs, faults = _verified(fuin, private, data)
        assert theirs == (faults[0] if faults else None), f"desk, {case}: second {faults}, fuin {theirs}"
        assert (theirs is None) == (case in ("enrolled", "person", "claimed")), f"desk, {case}: {theirs}"
    path.write_bytes(good)
    head.write_bytes(good_head)
    return len(cases)


def _key_change(fuin, private):
    """A key that `fuin` changes, and lines that say so in another way."""
    path, head = fuin.path("office/ledger.jsonl"), fuin.path("office/ledger.head")
    before, number = path.read_bytes(), next(iter(_sealed(fuin)))
    fuin.write("new.txt", "the second office passphrase\n")
    done = fuin.run("office", "change-key", *OFFICE, "--new-passphrase-file", "new.txt", "--reason", "異動")
    assert done["ok"], done
    now, masters, card = ledger.open_office(fuin.path("office/office.key").read_bytes(), "the second office passphrase")
    old, new = (jws.jwk_of(key.public_key()) for key in (private, now))
    assert (len(masters), card["follows"], done["key"]) == (2, jws.thumbprint(old), jws.thumbprint(new))
    _, faults = ledger.read_ledger(path.read_bytes() + head.read_bytes(), new)
    assert not faults, faults
    renewed = ["--office", "office", "--passphrase-file", "new.txt"]
    # A line of before the change is proved under the new key.
    assert fuin.run("ledger", "prove", *renewed, number, "--out", "two.tlog-proof")["ok"]
    event, signer, _ = ledger.check_proof(fuin.path("two.tlog-proof").read_text())
    assert (event["event"]["bundle_id"], signer) == (number, new)
    # A ticket of the new key for a bundle of the old one.
    issued = ["ticket", *renewed, "--bundle", number, "--out", "later.ticket"]
    made = fuin.run(*issued, "--recipient-passphrase-file", "ticket.txt")
    ticket = open_ticket(
        fuin.path("later.ticket").read_bytes(), fuin.path("one.fuin").read_bytes(), passphrase="2345-6789-1234"
    )
    assert (ticket["signer"], ticket["keys_before"]) == (new, [old])
    assert ticket["receipt_secret"] == receipts.receipt_secret(masters[0], made["bundle_id"], "slot/1")
    return 6 + _bent_changes(fuin, before, (private, now), old)


def _bent_changes(fuin, before, keys_of, old):
    """The line of a change, with other documents in it."""
    private, now = keys_of
    path, head = fuin.path("office/ledger.jsonl"), fuin.path("office/ledger.head")
    good, good_head = path.read_bytes(), head.read_bytes()
    line = json.loads(unpadded(good.splitlines()[len(before.splitlines())].decode().split(".")[1]))
    card = json.loads(unpadded(line["event"]["card"].split(".")[1]))
    change = json.loads(unpadded(line["event"]["change"].split(".")[1]))
    stranger = keys.private_key(bytes(31) + b"\x05")
    documents = {
        "good": {},
        "another's word": {"change": jws.sign(stranger, "fuin-key-change+jws", write(change))},
        "another's card": {"card": jws.sign(stranger, "fuin-office-card+jws", write(card))},
        "follows nobody": {"card": jws.sign(now, "fuin-office-card+jws", write(card | {"follows": None}))},
        "its own key": {"change": jws.sign(private, "fuin-key-change+jws", write(change | {"key": old}))},
        "to another": {
            "change": jws.sign(
                private, "fuin-key-change+jws", write(change | {"key": jws.jwk_of(stranger.public_key())})
            )
        },
        "later": {"change": jws.sign(private, "fuin-key-change+jws", write(change | {"format": "fuin-key-change/2"}))},
        "more": {"change": jws.sign(private, "fuin-key-change+jws", write(change | {"why": ""}))},
        "no change": {"change": ""},
    }
    for case, bent in documents.items():
        said = line | {"event": line["event"] | bent}
        data = before + jws.sign(private, "fuin-event+jws", write(said)).encode() + b"\n"
        made = {"format": "fuin-ledger-head/1", "lines": len(data.splitlines())}
        made |= {"sha256": padless(hashlib.sha256(data.splitlines()[-1]).digest())}
        signed = jws.sign(now, "fuin-ledger-head+jws", write(made))
        path.write_bytes(data)
        head.write_text(signed)
        theirs = fuin.code("ledger", "verify", "--office", "office")
        _, faults = ledger.read_ledger(data + signed.encode(), jws.jwk_of(now.public_key()))
        assert theirs == (faults[0] if faults else None), f"key change {case}: second {faults}, fuin {theirs}"
        assert (theirs is None) == (case == "good"), f"key change {case}: {theirs}"
    path.write_bytes(good)
    head.write_bytes(good_head)
    return len(documents)


def _proofs(fuin, office):
    """A proof that `fuin` makes, and the same bent."""
    number = next(iter(_sealed(fuin)))
    made = fuin.run("ledger", "prove", *OFFICE, number, "--out", "one.tlog-proof")
    good = fuin.path("one.tlog-proof").read_text()
    event, signer, lines = ledger.check_proof(good)
    assert (event["event"]["bundle_id"], event["seq"] + 1, signer) == (number, made["line"], office) and lines >= made[
        "line"
    ]
    rows = good.split("\n")
    cases = {
        "good": good,
        "index": good.replace("index ", "index 1"),
        "a hash less": "\n".join([*rows[:3], *rows[4:]]),
        "size": good.replace(f"\n{lines}\n", f"\n{lines + 1}\n"),
        "no magic": good[1:],
        "no signature": good.split("\n\n— ")[0],
        "two witnesses": good + "— w AAAAAAAA\n",
    }
    for case, text in cases.items():
        fuin.write("bent.tlog-proof", text)
        theirs = fuin.code("ledger", "check", "bent.tlog-proof")
        ours = code_of(ledger.check_proof, text)
        assert ours == theirs, f"proof {case}: second implementation {ours}, fuin {theirs}"
    return len(cases) + 1
