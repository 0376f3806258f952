"""The kept documents (`tests/vectors/kept`) say what is expected of them, and each fault file (`tests/faults`) is
refused by its name.

Entry point: `check`.
"""

import json
import zipfile

import container
import jws
import ledger
import receipts
from bundle import check_clips, open_bundle, open_ticket
from documents import code_of, padless, unpadded

# What an index of a clip says is not read here.
UNREAD = {"media_index"}


def check(root):
    kept = root / "vectors/kept"
    wanted = json.loads((kept / "expected.json").read_text())
    return _kept(kept, wanted) + _forensic(root / "vectors/forensic.json") + _faults(root / "faults")


def _forensic(path):
    said = json.loads(path.read_text())
    key = receipts.forensic_key(bytes.fromhex(said["receipt_secret"]))
    assert key.hex() == said["key"]
    assert receipts.forensic_payload(key, said["session"]).hex() == said["payload"]
    return 2


def _kept(kept, wanted):
    words = wanted["passphrases"]
    agreement, signing = ledger.open_recipient((kept / "recipient.key").read_bytes(), words["recipient"])
    data = (kept / "bundle.fuin").read_bytes()
    for holder, unlock in (("slot/1", {"passphrase": words["bundle"]}), ("slot/2", {"private": agreement})):
        opened = open_bundle(data, **unlock)
        check_clips(opened, data)
        manifest = opened["manifest"]
        assert f"slot/{opened['slot'] + 1}" == holder
        assert padless(opened["manifest_sha256"]) == wanted["manifest_sha256"]
        assert [clip["sha256"] for clip in manifest["clips"]] == wanted["clips"]
        assert " ".join(manifest["recipient"].values()) == wanted["recipient"]
        assert jws.thumbprint(opened["signer"]) == wanted["office_key"]
    for name in ("bundle.fuin", "ticket.ticket"):
        with zipfile.ZipFile(kept / name) as listed:
            assert listed.testzip() is None
            assert listed.namelist() == list(container.read((kept / name).read_bytes())), name
    ticket = open_ticket((kept / "ticket.ticket").read_bytes(), data, private=agreement)
    check_clips(ticket["bundle"], data)
    assert ticket["manifest"]["bundle_id"] == wanted["ticket_id"]
    assert jws.thumbprint(ticket["signer"]) == wanted["office_key_2"]
    assert [jws.thumbprint(key) for key in ticket["keys_before"]] == [wanted["office_key"]]
    later, masters, _ = ledger.open_office((kept / "office-2.key").read_bytes(), words["office-2"])
    private, [master], card = ledger.open_office((kept / "office.key").read_bytes(), words["office"])
    assert masters[1] == master and jws.thumbprint(jws.jwk_of(later.public_key())) == wanted["office_key_2"]
    assert ledger.read_card((kept / "card.jws").read_text())[0] == card
    number, extension = wanted["bundle_id"], wanted["extension"]
    assert ledger.open_kept_key((kept / "bundle.key").read_bytes(), master, number) == opened["bundle_key"]
    assert receipts.extension_code(master, number, extension["days"]) == extension["code"]
    asked = (kept / "request.jws").read_text()
    assert ledger.read_request(asked)[0]["device_key"] == jws.jwk_of(agreement.public_key())
    assert ledger.number(asked) == wanted["request_number"]
    checks = 18 + _receipts(kept, wanted, master, signing)
    for office in (None, jws.jwk_of(later.public_key())):
        events, faults = ledger.read_ledger((kept / "ledger.jsonl").read_bytes(), office)
    # One line was destroyed with its year.
    assert (len(events) + 1, faults) == (wanted["events"], []), faults
    assert {event["event"]["kind"] for event in events} == ledger.EVENTS.keys()
    return checks + len(events)


def _receipts(kept, wanted, master, signing):
    said = wanted["receipt"]
    secret = receipts.receipt_secret(master, wanted["bundle_id"], said["holder"])
    for kind in receipts.KINDS:
        receipt, signer = receipts.read_receipt((kept / f"receipt-{kind}.jws").read_bytes())
        assert signer == jws.jwk_of(signing.public_key())
        assert {member: receipt[member] for member in said} == said and receipt["kind"] == kind
        noted = receipts.read_log(receipt["log"], unpadded(wanted["manifest_sha256"]))
        assert {entry["what"] for entry in noted} == receipts.HAPPENINGS.keys()
        made = receipts.code(
            secret, wanted["bundle_id"], unpadded(wanted["manifest_sha256"]), kind, said["at"][:10], said["ordinal"]
        )
        assert made == wanted["codes"][kind] == receipt["code"]
        proof = receipts.key_proof(secret, wanted["bundle_id"], jws.thumbprint(signer))
        assert padless(proof) == receipt["key_proof"]
    return len(receipts.KINDS)


def same(ours, theirs):
    """Codes of the container are not compared: a file that is not written as §2 says is refused here by one name."""
    return ours == theirs or (ours or "").startswith("container") and (theirs or "").startswith("container")


def check_bundle(data, **unlock):
    """Refuses a bundle that breaks a clause anywhere."""
    check_clips(open_bundle(data, **unlock), data)


def _faults(folder):
    count = 0
    for path in sorted(folder.glob("*.fuin")):
        named = path.stem.split("--")[0]
        if named not in UNREAD:
            found = code_of(check_bundle, path.read_bytes(), passphrase="1234-5678-9012")
            assert same(found, named), f"{path.name}: {found}"
            count += 1
    return count
