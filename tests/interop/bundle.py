"""Bundles (FORMAT.md §3, §4, §7, §9): opened to what they say, and made.

Entry points: `open_bundle`, `make`. Absent: what an index of a clip says.
"""

import hashlib
import os
import struct
import zlib

import container
import jws
import keys
import outside
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from documents import (
    Form,
    Refused,
    b64,
    boolean,
    bundle_id,
    day,
    ensure,
    exactly,
    filled,
    hexadecimal,
    integer,
    many,
    optional,
    padless,
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
from names import name, name_or_empty, shown

CHUNK, SEGMENT = 16384, 1 << 18
OFFICE = table(name=name, contact=shown)
RECIPIENT = table(organization=text, department=text, person=text)
MEDIUM = table(kind=text, number=text)
HEADER = table(
    format=exactly("fuin/1"),
    bundle_id=bundle_id,
    ticket_of=optional(bundle_id),
    office=OFFICE,
    slots=many(keys.slot, 1, 64),
)
CONTENT = dict(
    entry=text, length=uint, bytes=uint, sha256=hexadecimal, checkpoints=lambda value: unpadded(value) and None
)
CUT = table(
    source=table(file_name=text, bytes=uint, sha256=hexadecimal),
    asked_from=integer,
    asked_to=integer,
    from_=integer,
    to=integer,
    videos=many(table(of=uint32, first=uint32, last=uint32, pictures=uint32)),
    sound=boolean,
    tool=text,
)
CLIP = table(
    index=table(**CONTENT),
    file_name=text,
    camera=text,
    starts_at=optional(time),
    clock_error_secs=integer,
    cut=optional(CUT),
    **CONTENT,
)
MANIFEST = table(
    format=exactly("fuin/1"),
    bundle_id=bundle_id,
    header_sha256=b64(32),
    issued_at=time,
    ledger_head=b64(32),
    key_changes=many(text),
    certification=optional(outside.RECORD),
    office=table(name=text, contact=text),
    rules=text,
    recipient=RECIPIENT,
    legal_basis=text,
    document_number=text,
    purpose=text,
    range=text,
    not_before=time,
    not_after=time,
    return_due=day,
    odd_clock=word("warn", "refuse"),
    marks=table(opacity=lambda value: uint(value, 255), repeat=lambda value: uint(value, 255)),
    grants=many(word("still", "print", "export")),
    conditions=many(text),
    medium=MEDIUM,
    extension=b64(12),
    undertaking=table(length=uint, sha256=b64(32)),
    ticket_of=optional(table(bundle_id=bundle_id, manifest_sha256=b64(32))),
    clips=many(CLIP),
)
SUBMISSION = table(submitted_on=day, signed_by=text, origin=word("paper", "file"))
UNDERTAKING = table(
    format=exactly("fuin-undertaking/1"),
    items=many(filled, 1),
    article=text,
    addressed_to=text,
    onward_to=text,
    recipient=RECIPIENT,
    purpose=text,
    return_due=day,
    submission=optional(SUBMISSION),
)


def context(number, entry):
    return f"fuin/1\0{number}\0{entry}".encode()


def message_length(plain):
    return 56 + plain + 16 * (plain // CHUNK + 1)


def decrypt(key, message, number, entry):
    size = len(message) - 56
    if size < 16 or size % (CHUNK + 16) < 16:
        raise Refused("entry_length", entry)
    if not committed(key, message, number, entry):
        raise Refused("entry_commitment", entry)
    decryptor = Cobblestone256Decryptor(key, context(number, entry))
    try:
        return decryptor.update(message) + decryptor.finalize()
    except Exception as error:  # The library has one kind of refusal, which it does not name.
        raise Refused("entry_altered", entry) from error


def committed(key, message, number, entry):
    """Whether the message was made with this key (§4.2)."""
    info = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0" + message[:24] + context(number, entry)
    made = HKDFExpand(hashes.SHA512(), 76, info).derive(key)
    return made[44:] == message[24:56]


def encrypt(key, plain, number, entry):
    encryptor = Cobblestone256Encryptor(key, context(number, entry))
    return encryptor.update(plain) + encryptor.finalize()


def header(data):
    """`header.json`, and what §3 and §5 say of it."""
    said = read(data, "fuin/1", HEADER, "header_form", later="header_version")
    keys.check(said["slots"])
    return said


def open_bundle(data, passphrase=None, private=None):
    """What a bundle says, with the slot that opened it and the secret of its holder; `Refused` if it breaks a clause."""
    entries = container.read(data)
    if entries["mimetype"] != container.MIMETYPE:
        raise Refused("container", "mimetype")
    head = header(entries["header.json"])
    if (len(entries) < 6) != (head["ticket_of"] is not None):
        raise Refused("container", "clips")
    slot, pair, manifest = _unlock(head, entries["manifest.cob"], passphrase, private)
    opened = {"header": head, "slot": slot, "bundle_key": pair[:32], "receipt_secret": pair[32:], "entries": entries}
    return opened | _verify(opened, manifest)


def open_ticket(data, bundle, **unlock):
    """What a ticket says, with the clips of its bundle (§7.9)."""
    ticket = open_bundle(data, **unlock)
    of = ticket["manifest"]["ticket_of"]
    entries = container.read(bundle)
    head = header(entries["header.json"])
    if of is None or head["ticket_of"] is not None or of["bundle_id"] != head["bundle_id"]:
        raise Refused("ticket_other")
    opened = ticket | {"header": head, "entries": entries}
    try:
        signed = decrypt(ticket["bundle_key"], entries["manifest.cob"], head["bundle_id"], "manifest.cob")
    except Refused as error:
        raise Refused("ticket_other" if error.code == "entry_commitment" else error.code) from error
    inside = _verify(opened, signed)
    is_ours = inside["signer"] in [ticket["signer"], *ticket["keys_before"]]
    if padless(inside["manifest_sha256"]) != of["manifest_sha256"] or not is_ours:
        raise Refused("ticket_other")
    return ticket | {"bundle": opened | inside}


def extension_link(number, link, above, below=0):
    """Link `below` of the chain (§7.8) that has `link` in place `above`."""
    for n in range(above, below, -1):
        said = f"fuin/1 extension\0{number}\0".encode() + n.to_bytes(2) + link
        link = hashlib.sha256(said).digest()[:12]
    return link


def _unlock(head, message, passphrase, private):
    outcome = Refused(
        "later_version" if any(s["type"] not in ("passphrase", "recipient_key") for s in head["slots"]) else "no_slot"
    )
    for place, slot in enumerate(head["slots"]):
        try:
            pair = keys.open_slot(slot, head["bundle_id"], passphrase, private)
            if pair is None:
                continue
            return place, pair, decrypt(pair[:32], message, head["bundle_id"], "manifest.cob")
        except Refused as error:
            if not outcome.code.startswith("entry"):
                outcome = error
    raise outcome


def _verify(opened, signed):
    entries, head, number = opened["entries"], opened["header"], opened["header"]["bundle_id"]
    try:
        document = signed.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused("jws_form", "manifest") from error
    payload, signer = jws.verify(document, "fuin-manifest+jws")
    manifest = read(payload, "fuin/1", MANIFEST, "manifest_form")
    matches = (padless(hashlib.sha256(entries["header.json"]).digest()), number, head["office"], head["ticket_of"])
    of = manifest["ticket_of"] and manifest["ticket_of"]["bundle_id"]
    if (manifest["header_sha256"], manifest["bundle_id"], manifest["office"], of) != matches:
        raise Refused("manifest_header")
    listed = [(part["entry"], part["length"]) for clip in manifest["clips"] for part in (clip["index"], clip)]
    if listed != [(entry, len(content)) for entry, content in list(entries.items())[4:] if entry != "manifest.tst"]:
        raise Refused("manifest_entries")
    check_manifest(manifest)
    keys_before = jws.key_history(manifest["key_changes"], signer)
    if keys_before is None:
        raise Refused("manifest_key_changes")
    undertaking = _undertaking(opened, manifest)
    if manifest["certification"] is not None:
        certified = outside.certification(manifest["certification"])
        if (certified["key"], certified["office"]) != (signer, manifest["office"]["name"]):
            raise Refused("certification_other")
    if "manifest.tst" in entries:
        outside.time_stamp(entries["manifest.tst"], document)
    said = {"manifest": manifest, "manifest_sha256": jws.name(document), "undertaking": undertaking}
    return said | {"signer": signer, "keys_before": keys_before}


def file_name(value):
    """§7.1."""
    odd = any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "/\\" for c in value)
    ensure(1 <= len(value) <= 255 and not odd, "file_name")


def check_cut(cut):
    """§7.12."""
    file_name(cut["source"]["file_name"])
    ensure(cut["source"]["bytes"] > 0, "cut")
    ensure(cut["asked_from"] < cut["asked_to"] and cut["from"] < cut["to"], "cut")
    videos = cut["videos"]
    ensure(videos and all(a["of"] < b["of"] for a, b in zip(videos, videos[1:])), "cut")
    ensure(all(1 <= video["pictures"] <= video["last"] - video["first"] + 1 for video in videos), "cut")
    ensure(cut["tool"] != "", "cut")
    shown(cut["tool"])


def check_manifest(manifest):
    """What a manifest can be checked for by itself (§1.5, §7.1, §7.4, §7.5)."""
    try:
        name(manifest["recipient"]["organization"])
        name_or_empty(manifest["recipient"]["department"])
        name(manifest["recipient"]["person"])
    except Form as error:
        raise Refused("manifest_name", str(error)) from error
    try:
        filled(manifest["legal_basis"])
        shown(manifest["legal_basis"])
        ensure(15 <= manifest["marks"]["opacity"] <= 60 and 2 <= manifest["marks"]["repeat"] <= 3, "marks")
        ensure(len(set(manifest["grants"])) == len(manifest["grants"]), "grants")
        for clip in manifest["clips"]:
            file_name(clip["file_name"])
            if clip["cut"] is not None:
                check_cut(clip["cut"])
            ensure(abs(clip["clock_error_secs"]) <= 3155760000, "clock_error_secs")
    except Form as error:
        raise Refused("manifest_form", str(error)) from error
    for clip in manifest["clips"]:
        for part, most in ((clip, 2**52), (clip["index"], 144 << 20)):
            size = part["bytes"]
            states = 32 * (-(-size // SEGMENT) - 1)
            if (
                not 1 <= size <= most
                or message_length(size) != part["length"]
                or len(unpadded(part["checkpoints"])) != states
            ):
                raise Refused("manifest_checkpoints", part["entry"])
    begin, end, issued = manifest["not_before"], manifest["not_after"], manifest["issued_at"]
    if begin > end or issued > end or begin[:10] > manifest["return_due"]:
        raise Refused("manifest_dates")


def _undertaking(opened, manifest):
    message = opened["entries"]["undertaking.cob"]
    if len(message) != manifest["undertaking"]["length"]:
        raise Refused("manifest_undertaking")
    plain = decrypt(opened["bundle_key"], message, manifest["bundle_id"], "undertaking.cob")
    if padless(hashlib.sha256(plain).digest()) != manifest["undertaking"]["sha256"]:
        raise Refused("manifest_undertaking")
    said = read(plain, "fuin-undertaking/1", UNDERTAKING, "undertaking_form")
    if any(said[member] != manifest[member] for member in ("recipient", "purpose", "return_due")):
        raise Refused("undertaking_other")
    return said


def check_clips(opened, data):
    """Every byte of every clip and index (§2.8, §7.4, §7.7)."""
    for clip in opened["manifest"]["clips"]:
        for part, code in ((clip["index"], "manifest_index"), (clip, "segment_altered")):
            message = opened["entries"][part["entry"]]
            plain = decrypt(opened["bundle_key"], message, opened["manifest"]["bundle_id"], part["entry"])
            good = hashlib.sha256(plain).hexdigest() == part["sha256"] and checkpoints(plain) == part["checkpoints"]
            if len(plain) != part["bytes"] or not good:
                raise Refused(code, part["entry"])
            at = data.index(message) - 50 - len(part["entry"]) + 14
            if struct.unpack_from("<I", data, at)[0] != zlib.crc32(message):
                raise Refused("container_crc", part["entry"])


ROUND = [
    int(part, 16)
    for part in (
        "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74 "
        "80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d "
        "b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e "
        "92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5 "
        "391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 90befffa a4506ceb bef9a3f7 c67178f2"
    ).split()
]
BEGIN = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)


def checkpoints(plain):
    """The states of SHA-256 behind every segment but the last (§7.4); FIPS 180-4 §6.2.2, as no library shows them."""
    out, state = b"", BEGIN
    for begin in range(0, max(len(plain) - 1, 0) // SEGMENT * SEGMENT, SEGMENT):
        for at in range(begin, begin + SEGMENT, 64):
            state = _compress(state, plain[at : at + 64])
        out += struct.pack(">8I", *state)
    return padless(out)


def _compress(state, block):
    def right(x, n):
        return (x >> n | x << 32 - n) & 0xFFFFFFFF

    w = list(struct.unpack(">16I", block))
    for t in range(16, 64):
        s0 = right(w[t - 15], 7) ^ right(w[t - 15], 18) ^ w[t - 15] >> 3
        s1 = right(w[t - 2], 17) ^ right(w[t - 2], 19) ^ w[t - 2] >> 10
        w.append((w[t - 16] + s0 + w[t - 7] + s1) & 0xFFFFFFFF)
    a, b, c, d, e, f, g, h = state
    for t in range(64):
        s1 = right(e, 6) ^ right(e, 11) ^ right(e, 25)
        t1 = h + s1 + (e & f ^ ~e & g) + ROUND[t] + w[t] & 0xFFFFFFFF
        t2 = (right(a, 2) ^ right(a, 13) ^ right(a, 22)) + (a & b ^ a & c ^ b & c) & 0xFFFFFFFF
        a, b, c, d, e, f, g, h = t1 + t2 & 0xFFFFFFFF, a, b, c, d + t1 & 0xFFFFFFFF, e, f, g
    return tuple(x + y & 0xFFFFFFFF for x, y in zip(state, (a, b, c, d, e, f, g, h)))


def make(office, manifest, undertaking, clips, slots, bundle_key=None):
    """A bundle, or the ticket of the one with this key. `slots` are functions from number and plaintext to a slot; `clips`
    pairs of index and clip."""
    number, bundle_key = manifest["bundle_id"], bundle_key or os.urandom(32)
    made = [slot(number, bundle_key) for slot in slots]
    of = manifest["ticket_of"] and manifest["ticket_of"]["bundle_id"]
    outside = {"format": "fuin/1", "bundle_id": number, "ticket_of": of, "office": manifest["office"]}
    head = write(outside | {"slots": made})
    promised = write(undertaking)
    sealed = encrypt(bundle_key, promised, number, "undertaking.cob")
    parts, listed = [], []
    for n, ((index, clip), note) in enumerate(zip(clips, manifest["clips"])):
        both = []
        for kind, plain in (("index", index), ("clips", clip)):
            entry = f"{kind}/{n + 1}.cob"
            parts.append(encrypt(bundle_key, plain, number, entry))
            both.append(
                {
                    "entry": entry,
                    "length": len(parts[-1]),
                    "bytes": len(plain),
                    "sha256": hashlib.sha256(plain).hexdigest(),
                    "checkpoints": checkpoints(plain),
                }
            )
        listed.append(note | both[1] | {"index": both[0]})
    said = manifest | {
        "header_sha256": padless(hashlib.sha256(head).digest()),
        "clips": listed,
        "undertaking": {"length": len(sealed), "sha256": padless(hashlib.sha256(promised).digest())},
    }
    document = jws.sign(office, "fuin-manifest+jws", write(said))
    cover = encrypt(bundle_key, document.encode(), number, "manifest.cob")
    return container.write([container.MIMETYPE, head, cover, sealed, *parts]), document
