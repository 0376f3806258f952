"""Receipts and their codes (FORMAT.md §8): read, judged as an office does, and made.

Entry points: `read_receipt`, `judge`, `make`, `code`, `extension_code`, `read_log`.
"""

import hashlib
import hmac
from datetime import date, datetime, timedelta

import jws
from bundle import extension_link
from documents import (
    Refused,
    b64,
    bundle_id,
    day,
    ensure,
    exactly,
    hexadecimal,
    holder,
    integer,
    many,
    padless,
    parse,
    read,
    table,
    text,
    time,
    uint,
    uint32,
    unpadded,
    word,
    write,
)

KINDS = ["delivery", "return", "erasure", "disposal", "retention", "onward_transfer", "partial_return", "loss"]
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def session(value):
    """The number of a viewing."""
    text(value)
    ensure(len(value) == 8 and all(letter in SYMBOLS for letter in value), "a session")


TALLY = table(opened=uint32, stills=uint32, prints=uint32, exports=uint32, anomalies=uint32)
LOG = table(count=uint, head=b64(32), cut=uint, before=b64(32), tally=TALLY, entries=many(text))
PICTURE = dict(clip=uint32, picture=uint, sha256=hexadecimal)
HAPPENINGS = dict(
    began={},
    opened=dict(by=text, session=session),
    played=dict(clip=uint32, from_ms=integer, to_ms=integer),
    still=PICTURE,
    printed=PICTURE,
    exported=dict(clip=uint32, sha256=hexadecimal),
    export_undone=dict(clip=uint32),
    extended=dict(until=day),
    refused=dict(code=text),
    anomaly=dict(code=text),
    reported=dict(kind=word(*KINDS)),
)
REPORT = table(reporter=text, witness=text, method=text, copies=text, note=text)
RECEIPT = table(
    format=exactly("fuin-receipt/1"),
    bundle_id=bundle_id,
    manifest_sha256=b64(32),
    holder=holder,
    ledger_head=b64(32),
    kind=word(*KINDS),
    at=time,
    ordinal=lambda value: uint(value, 255),
    report=REPORT,
    code=text,
    key_proof=b64(32),
    log=LOG,
)


def chained(entries, manifest_sha256):
    """A viewing log of these entries (§8.6)."""
    listed = [write(entry).decode() for entry in entries]
    tally = dict.fromkeys(("opened", "stills", "prints", "exports", "anomalies"), 0)
    start = bytes(32)
    head = padless(chain(start, listed, manifest_sha256))
    log = {"count": len(listed), "head": head, "cut": 0, "before": padless(start), "tally": tally}
    return log | {"entries": listed}


def chain(value, entries, manifest_sha256):
    """The value behind entries that follow a value (§8.6)."""
    for entry in entries:
        said = b"fuin/1 viewing log\0" + manifest_sha256 + value + entry.encode()
        value = hashlib.sha256(said).digest()
    return value


def read_log(log, manifest_sha256):
    """The entries of a log, if they give its head."""
    value = chain(unpadded(log["before"]), log["entries"], manifest_sha256)
    if padless(value) != log["head"] or log["count"] != log["cut"] + len(log["entries"]):
        raise Refused("log", "the chain")
    entries = [parse(entry.encode()) for entry in log["entries"]]
    for entry in entries:
        table(at=time, what=word(*HAPPENINGS), **HAPPENINGS[entry["what"]])(entry)
    return entries


def _mac(key, *parts):
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def forensic_key(secret):
    """The key of the forensic marks of a slot (§7.11)."""
    return _mac(secret, b"fuin/1 forensic mark\0")


def forensic_payload(key, number):
    """What a forensic mark says: the number of a viewing, and its MAC."""
    whole = 0
    for letter in number:
        whole = whole << 5 | SYMBOLS.index(letter)
    number = whole.to_bytes(5, "big")
    return number + _mac(key, b"session", number)[:3]


def receipt_secret(master, number, who):
    return _mac(master, f"fuin/1 receipt secret\0{number}\0{who}".encode())


def key_proof(secret, number, thumbprint):
    return _mac(secret, f"fuin/1 receipt key\0{number}\0{thumbprint}".encode())


def code(secret, number, manifest_sha256, kind, day, ordinal):
    """The typed code of a report (§8.2), in five groups of four."""
    days = (date.fromisoformat(day) - date(2020, 1, 1)).days
    if not 0 <= days < 65536:
        raise Refused("code_day")
    if not 1 <= ordinal <= 16:
        raise Refused("code_ordinal")
    front = KINDS.index(kind) << 20 | ordinal - 1 << 16 | days
    mac = _mac(secret, f"fuin/1 receipt code\0{number}\0".encode(), manifest_sha256, front.to_bytes(4))
    bits = int.from_bytes(mac) >> 256 - 70
    body = [front >> 20 - 5 * n & 31 for n in range(5)] + [bits >> 65 - 5 * n & 31 for n in range(14)]
    return _written(body)


def extension_code(master, number, days):
    """The code that lets a period end so many days later (§7.8)."""
    seed = _mac(master, f"fuin/1 extension\0{number}".encode())[:12]
    value = days << 96 | int.from_bytes(extension_link(number, seed, 3660, days))
    return _written([value >> 110 - 5 * n & 31 for n in range(23)])


def _written(body):
    letters = "".join(SYMBOLS[symbol] for symbol in [*body, _check(body)])
    return "-".join(letters[n : n + 4] for n in range(0, len(letters), 4))


def _check(body):
    total, weight = 0, 1
    for symbol in body:
        weight = _double(weight)
        product, a, b = 0, symbol, weight
        while b:
            product ^= a if b & 1 else 0
            a, b = _double(a), b >> 1
        total ^= product
    return total


def _double(x):
    return x << 1 if x < 16 else x << 1 ^ 0b100101


def read_receipt(data):
    """A receipt file, and the key that signed it."""
    if len(data) > 256 << 10 or not data.startswith(b"eyJ"):
        raise Refused("receipt_signature", "not a signed document")
    try:
        payload, signer = jws.verify(data.decode("utf-8"), "fuin-receipt+jws")
        return read(payload, "fuin-receipt/1", RECEIPT, "receipt_signature"), signer
    except UnicodeDecodeError as error:
        raise Refused("receipt_signature") from error
    except Refused as error:
        raise Refused(error.code if error.code == "later_version" else "receipt_signature") from error


def judge(data, sealed, master, office, now):
    """What an office says of a receipt file (§8.4), given what it sealed: `{bundle_id: event}`, the event with its `at`."""
    said, signer = read_receipt(data)
    number = said["bundle_id"]
    secret = receipt_secret(master, number, said["holder"])
    proof = padless(key_proof(secret, number, jws.thumbprint(signer)))
    if number not in sealed:
        raise Refused("receipt_lost_bundle" if proof == said["key_proof"] else "receipt_unknown_bundle")
    known, sealed_at = sealed[number]
    if known["manifest_sha256"] != said["manifest_sha256"]:
        raise Refused("receipt_other_manifest")
    if signer == office:
        raise Refused("receipt_office_key")
    place = int(said["holder"].split("/")[1])
    if place > len(known["slots"]) or proof != said["key_proof"]:
        raise Refused("receipt_no_access")
    try:
        right = code(secret, number, unpadded(said["manifest_sha256"]), said["kind"], said["at"][:10], said["ordinal"])
    except Refused as error:
        raise Refused("receipt_inconsistent") from error
    if _plain(right) != _plain(said["code"]):
        raise Refused("receipt_inconsistent")
    if said["at"][:10] < sealed_at[:10]:
        raise Refused("receipt_too_early")
    if said["at"][:10] > (datetime.fromisoformat(now) + timedelta(days=1)).isoformat()[:10]:
        raise Refused("receipt_future")
    return said


def _plain(typed):
    letters = typed.upper().replace("-", "").replace(" ", "")
    return letters.translate(str.maketrans("OIL", "011"))


def make(signer, secret, number, manifest_sha256, who, kind, at, ordinal=1, head=bytes(32), log=None):
    said = {
        "format": "fuin-receipt/1",
        "bundle_id": number,
        "manifest_sha256": padless(manifest_sha256),
        "holder": who,
        "ledger_head": padless(head),
        "kind": kind,
        "at": at,
        "ordinal": ordinal,
        "report": {"reporter": "例示花子", "witness": "", "method": "", "copies": "なし", "note": ""},
        "code": code(secret, number, manifest_sha256, kind, at[:10], ordinal),
        "key_proof": padless(key_proof(secret, number, jws.thumbprint(jws.jwk_of(signer.public_key())))),
        "log": log or chained([], manifest_sha256),
    }
    return jws.sign(signer, "fuin-receipt+jws", write(said))
