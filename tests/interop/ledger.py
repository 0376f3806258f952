"""Ledgers, cards, key files and request files (FORMAT.md §10, §11).

Entry points: `read_ledger`, `read_export`, `open_office`, `read_request`.
"""

import base64
import hashlib
import hmac
import json
import re

import jws
import keys
import outside
from bundle import CUT, MEDIUM, OFFICE, RECIPIENT, decrypt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
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
    holder,
    integer,
    many,
    optional,
    read,
    table,
    text,
    time,
    uint,
    unpadded,
    word,
)
from names import name, name_or_empty
from receipts import KINDS
from unions import OF_OFFICE, Unions, follow_desks

def stretch(value):
    """First and last line."""
    ensure(isinstance(value, list) and len(value) == 2, "two lines")
    many(uint)(value)


ORIGIN, VIA, KIND = word("paper", "file"), word("file", "code"), word(*KINDS)
ROLES = many(table(role=text, name=text))
UNDERTAKING = table(submitted_on=day, signed_by=text, onward_to=text, origin=ORIGIN)
REVIEW = table(
    necessity=text,
    scope=text,
    decided_by=text,
    callback=text,
    council=text,
    council_on=optional(day),
    subject_notice=text,
    crime=text,
    consent=text,
    identity=text,
)
RANGE = many(table(camera=text, from_=time, to=time))
APPLICANT = table(organization=text, department=text, address=text, representative=text, person=text, phone=text)
REQUEST = table(
    received_on=day,
    applicant=APPLICANT,
    watched_by=optional(RECIPIENT),
    legal_basis=text,
    basis_detail=text,
    ground=text,
    document_number=text,
    document_date=optional(day),
    purpose=text,
    range=RANGE,
    delivery_method=text,
    medium=MEDIUM,
    secrecy_until=optional(day),
    return_due=day,
    review=REVIEW,
    undertaking=optional(UNDERTAKING),
    conditions=many(text),
    remarks=text,
    clip=many(table(file=text, camera=text, starts_at=optional(time), clock_error_secs=integer)),
)
FINDING = table(weight=word("blocks", "warns", "records"), code=text, text=text, article=text)
FILE = dict(bytes=uint, sha256=hexadecimal)
SLOT = table(opens_with=word("passphrase", "recipient_key"), signer=optional(b64(32)))
BUNDLE = dict(bundle_id=bundle_id)
OWED = dict(
    disclosure=table(of=text, number=uint), incident=table(of=text, line=uint), yearly=table(of=text, year=integer)
)


def owed(value):
    """A report that the rules ask for (§10.5, `submitted`)."""
    ensure(isinstance(value, dict) and value.get("of") in OWED, "a report")
    OWED[value["of"]](value)


LETTER = word(
    "answer", "refusal", "subject_notice", "council_inquiry", "council_report", "reminder", "loss_judgement"
)

EVENTS = dict(
    office_founded=dict(card=text),
    key_changed=dict(card=text, change=text, reason=text),
    office_renamed=dict(card=text),
    office_certified=dict(certification=outside.RECORD),
    office_set=dict(roles=ROLES),
    person_set=dict(name=text, roles=many(word("handler", "decider", "auditor"))),
    desk_enrolled=dict(key=jws.JWK, name=text),
    desk_struck_off=dict(key=b64(32), reason=text),
    claimed=dict(number=uint, by=optional(text)),
    rules_adopted=dict(text=text),
    requested=dict(
        number=uint,
        request=REQUEST,
        attachments=many(table(name=text, **FILE)),
        recipient_keys=optional(table(agreement=jws.JWK, signing=b64(32))),
    ),
    reviewed=dict(number=uint, review=REVIEW, undertaking=optional(UNDERTAKING)),
    decided=dict(
        number=uint,
        granted=boolean,
        by=text,
        reason=text,
        findings=many(FINDING),
        approvals=ROLES,
        provides=optional(table(range=RANGE, delivery_method=text, grants=many(word("still", "print", "export")))),
    ),
    corrected=dict(number=uint, request=REQUEST, reason=text, by=text),
    decision_corrected=dict(number=uint, decided_by=text, grounds=text, reason=text, by=text),
    withdrawn=dict(number=uint, on=day, reason=text, from_=text),
    reopened=dict(number=uint, reason=text, by=text),
    attached=dict(number=uint, attachments=many(table(name=text, **FILE)), note=text),
    taken_back=dict(line=uint, reason=text, by=text),
    submitted=dict(report=owed, on=day, to=text, document_number=text),
    letter_text_set=dict(letter=LETTER, title=text, body=text),
    issued=dict(
        letter=LETTER,
        number=uint,
        bundle_id=optional(bundle_id),
        on=day,
        document_number=text,
        to=text,
        from_=text,
        seal_omitted=boolean,
        title=text,
        body=text,
    ),
    provided=dict(number=uint, on=time, to=text, place=text, note=text),
    sealed=dict(
        number=uint,
        manifest_sha256=b64(32),
        recipient=RECIPIENT,
        range=text,
        not_before=time,
        not_after=time,
        return_due=day,
        medium=MEDIUM,
        clips=many(
            table(
                file_name=text, camera=text, covers=optional(table(from_=time, to=time)), cut=optional(CUT), **FILE
            )
        ),
        slots=many(SLOT),
        ticket=optional(table(of=bundle_id)),
        replaces=optional(bundle_id),
        **BUNDLE,
    ),
    receipt_accepted=dict(
        receipt=KIND, day=day, ordinal=lambda value: uint(value, 255), holder=holder, via=VIA, evidence=text, **BUNDLE
    ),
    receipt_refused=dict(bundle_id=optional(bundle_id), reason=text, via=VIA, evidence=text),
    receipt_stamped=dict(time_stamp=lambda value: unpadded(value) and None, **BUNDLE),
    reported=dict(receipt=KIND, day=day, from_=text, note=text, **BUNDLE),
    due_extended=dict(until=day, reason=text, by=text, **BUNDLE),
    voided=dict(reason=text, **BUNDLE),
    closed=dict(medium_check=text, witness=text, note=text, **BUNDLE),
    copy_disposed=dict(on=day, method=text, witness=text, **BUNDLE),
    operation=dict(
        section=word("retention_extension", "copy_print", "take_out", "media_disposal", "complaint"),
        on=day,
        camera=text,
        subject=text,
        reason=text,
        particulars=text,
        permitted_by=text,
        operator=text,
        note=text,
        time=text,
        number=optional(uint),
    ),
    incident=dict(
        bundle_id=optional(bundle_id),
        on=day,
        time=text,
        place=text,
        what=text,
        cause=text,
        people=text,
        measures=text,
        reported_to=text,
    ),
    backed_up=dict(lines=uint),
    restored=dict(lines=uint, lost=uint, damaged_sha256=b64(32)),
    ledgers_united={
        "from": uint,
        "after": b64(32),
        "lines": uint,
        "sha256": b64(32),
        "numbers": many(table(was=uint, was_in_year=uint, number=uint)),
        "reason": text,
        "by": text,
    },
    brought=dict(line=text, counts=boolean),
    year_closed=dict(
        year=integer,
        requests=uint,
        granted=uint,
        partly=uint,
        refused=uint,
        withdrawn=uint,
        disclosed=uint,
        shown=uint,
        incidents=uint,
        open=many(uint),
        by=text,
    ),
    year_destroyed=dict(
        year=integer,
        lines=many(stretch),
        sha256=b64(32),
        requests=uint,
        bundles=uint,
        attachments=uint,
        last_number=uint,
        basis=text,
        on=day,
        method=text,
        witness=text,
        by=text,
    ),
)
BUNDLE_KEY = table(format=exactly("fuin-bundle-key/1"), bundle_id=bundle_id, sealed=b64(104))
HEAD = table(format=exactly("fuin-ledger-head/1"), lines=uint, sha256=b64(32))
CARD = table(
    format=exactly("fuin-office-card/1"), office=OFFICE, rules=text, created_at=time, follows=optional(b64(32))
)
OFFICE_KEY = table(
    format=exactly("fuin-office-key/1"), card=text, keys=table(**keys.BOX), former=many(b64(104))
)
RECIPIENT_KEY = table(
    format=exactly("fuin-recipient-key/1"), agreement=jws.JWK, signing=jws.JWK, keys=table(**keys.BOX)
)
REQUEST_FILE = table(
    format=exactly("fuin-request/1"),
    made_at=time,
    rules=text,
    request=REQUEST,
    promises=many(text),
    device_key=optional(jws.JWK),
)


def body(value):
    ensure(isinstance(value, dict), "an event")
    word(*EVENTS)(value.get("kind"))
    table(kind=text, **EVENTS[value["kind"]])(value)


EVENT = table(format=exactly("fuin-event/1"), seq=uint, prev=b64(32), at=time, actor=filled, event=body)


def read_ledger(data, office=None):
    """Events and faults of a ledger: faults are codes, in the order of lines. A last line that is a head counts as one."""
    lines = data.removesuffix(b"\n").split(b"\n") if data else []
    heads = [head] if lines and (head := _head(lines[-1])) else []
    lines = lines[: len(lines) - len(heads)]
    gone = {place: left for place, line in enumerate(lines) if (left := _destroyed(line))}
    hashes = [gone[place] if place in gone else hashlib.sha256(line).digest() for place, line in enumerate(lines)]
    said = [None if place in gone else _line(line) for place, line in enumerate(lines)]
    key_of, strays, last = _keys_by_line(said, office)
    events, faults, desks, unions = [], [], [], Unions(_line)
    for place, line in enumerate(said):
        if place in gone:
            unions.lose()
            continue
        if line is None:
            faults.append("ledger_line")
            continue
        event, signer, _ = line
        if signer != key_of(place) and (signer not in desks or event["event"]["kind"] in OF_OFFICE):
            faults.append("ledger_signer")
        if unpadded(event["prev"]) != (hashes[place - 1] if place else bytes(32)) or event["seq"] != place:
            faults.append("ledger_chain")
        if not unions.follow(event["event"], hashes[:place], key_of(place), desks):
            faults.append("ledger_line")
        events.append(event)
        follow_desks(desks, event["event"])
    faults += ["ledger_signer"] * strays
    faults += ["ledger_line"] * len(gone.keys() - _said_to_be_gone(events, hashes))
    for head, signer in heads:
        faults += _check_head(head, signer, hashes, key_of)
    if office and last is not None and last + 1 == len(lines) and not _counts(heads, last, office):
        faults.append("ledger_head")
    return events, faults


def _counts(heads, line, key):
    """Whether a head by this key counts a line: the new key vouches for the change to it (§10.4)."""
    for payload, signer in heads:
        try:
            if signer == key and read(payload, "fuin-ledger-head/1", HEAD, "ledger_head")["lines"] > line:
                return True
        except Refused:
            pass
    return False


def _destroyed(line):
    """The hash of a line that was destroyed (§10.10); None for any other."""
    try:
        left = json.loads(line)
        good = {"format": "fuin-destroyed/1", "sha256": left["sha256"], "leaf": left["leaf"]}
        one_form = json.dumps(good, separators=(",", ":")).encode() == line
        return unpadded(left["sha256"]) if one_form and len(unpadded(left["leaf"])) == 32 else None
    except (ValueError, KeyError, TypeError, Form):
        return None


def _said_to_be_gone(events, hashes):
    """The places of which a line says rightly that they were destroyed."""
    said = set()
    for event in (event["event"] for event in events if event["event"]["kind"] == "year_destroyed"):
        places = [line - 1 for first, last in event["lines"] for line in range(first, last + 1)]
        known = b"".join(hashes[place] for place in places if 0 <= place < len(hashes))
        if hashlib.sha256(known).digest() == unpadded(event["sha256"]):
            said.update(places)
    return said


def _line(line):
    """Event, signer and change of key of a line; None if it is none."""
    try:
        payload, signer = jws.verify(line.decode("utf-8"), "fuin-event+jws")
        event = read(payload, "fuin-event/1", EVENT, "jws_payload")
        if event["event"]["kind"] == "office_renamed" and read_card(event["event"]["card"])[1] != signer:
            return None
        return event, signer, _key_change(event["event"], signer)
    except (Refused, UnicodeDecodeError):
        return None


def _key_change(said, signer):
    """To which key a line changes (§10.2): old and new name each other."""
    if said["kind"] != "key_changed":
        return None
    old, new = jws.key_change(said["change"])
    card, by = read_card(said["card"])
    if old != signer or by != new or card["follows"] != jws.thumbprint(signer):
        raise Refused("ledger_key_change")
    return new


def _keys_by_line(said, office):
    """Which key signs which line: by the changes that lead to the key in force, or from the first line's key on. With
    it, how many changes lead nowhere, and the line of the last one that leads on."""
    read_lines = [(place, line) for place, line in enumerate(said) if line]
    changes = [(place, line[1], line[2]) for place, line in read_lines if line[2]]
    followed, first = [], office or (read_lines[0][1][1] if read_lines else None)
    if office:
        for place, old, new in reversed(changes):
            if new == first:
                followed.insert(0, (place, new))
                first = old
    else:
        now = first
        for place, old, new in changes:
            if old == now:
                followed.append((place, new))
                now = new

    def key_of(place):
        return next((new for at, new in reversed(followed) if at < place), first)

    return key_of, len(changes) - len(followed), followed[-1][0] if followed else None


def _head(line):
    try:
        payload, signer = jws.verify(line.decode("utf-8"), "fuin-ledger-head+jws")
        return payload, signer
    except (Refused, UnicodeDecodeError):
        return None


def _check_head(payload, signer, hashes, key_of):
    try:
        head = read(payload, "fuin-ledger-head/1", HEAD, "ledger_head")
    except Refused:
        return ["ledger_head"]
    office = key_of(head["lines"])
    if office and signer != office:
        return ["ledger_head"]
    if head["lines"] > len(hashes):
        return ["ledger_tail_lost"]
    there = hashes[head["lines"] - 1] if head["lines"] else bytes(32)
    return [] if there == unpadded(head["sha256"]) else ["ledger_fork"]


def _enrolled_by(lines, event, signer):
    """The office's key that enrolled the desk by which an event is signed (§10.11)."""
    for line in lines:
        try:
            payload, office = jws.verify(line, "fuin-event+jws")
            said = read(payload, "fuin-event/1", EVENT, "jws_payload")["event"]
        except Refused:
            return None
        if said["kind"] == "desk_enrolled" and said["key"] == signer and event["event"]["kind"] not in OF_OFFICE:
            return office
    return None


def check_proof(text):
    """The event, its signer and the ledger's length that a proof shows (§10.9)."""
    try:
        head, note = text.split("\n\n", 1)
        first, extra, index, *beside = head.split("\n")
        said, signatures = note.split("\n\n", 1)
        origin, size, root = said.split("\n")
        ensure(first == "c2sp.org/tlog-proof@v1" and re.fullmatch("index (0|[1-9][0-9]*)", index) is not None, "form")
        ensure(extra.startswith("extra ") and re.fullmatch("0|[1-9][0-9]*", size) is not None, "form")
        path = [base64.b64decode(one, validate=True) for one in beside]
        line, *changes = base64.b64decode(extra[6:], validate=True).split(b"\n")
    except (ValueError, Form) as error:
        raise Refused("proof_form", str(error)) from error
    payload, signer = jws.verify(line.decode(), "fuin-event+jws")
    event = read(payload, "fuin-event/1", EVENT, "jws_payload")
    changes = [change.decode() for change in changes]
    if by := _enrolled_by(changes[:1], event, signer):
        signer, changes = by, changes[1:]
    signer = _key_in_force(signer, changes)
    public = jws.point(signer)
    key_id = hashlib.sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()[:4]
    named = f"fuin-ledger/{jws.thumbprint(signer)}"
    signed = [
        base64.b64decode(one.removeprefix(f"— {named} "))
        for one in signatures.split("\n")
        if one.startswith(f"— {named} ")
    ]
    if origin != named or not any(
        one[:4] == key_id and _signed(public, one[4:], f"{said}\n".encode()) for one in signed
    ):
        raise Refused("proof_checkpoint")
    place = int(index.removeprefix("index "))
    if event["seq"] != place or _root(
        hashlib.sha256(b"\0" + line).digest(), place, int(size), path
    ) != base64.b64decode(root):
        raise Refused("proof_path")
    return event, signer, int(size)


def _key_in_force(signer, changes):
    """The key to which that of a line led (§6.7)."""
    if len(changes) > 64:
        raise Refused("proof_checkpoint")
    for change in changes:
        old, new = jws.key_change(change)
        if old != signer:
            raise Refused("proof_checkpoint")
        signer = new
    return signer


def _signed(public, signature, text):
    try:
        public.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _root(leaf, place, size, path):
    """The root of a tree of `size` leaves, from one leaf and its path: RFC 6962 §2.1.1, read upwards."""
    if size == 1:
        return leaf if not path and place == 0 else None
    if not path or not 0 <= place < size:
        return None
    left = 1 << (size - 1).bit_length() - 1
    *below, beside = path
    if place < left:
        under = _root(leaf, place, left, below)
        both = under and under + beside
    else:
        under = _root(leaf, place - left, size - left, below)
        both = under and beside + under
    return both and hashlib.sha256(b"\1" + both).digest()


def read_card(document):
    payload, signer = jws.verify(document, "fuin-office-card+jws")
    return read(payload, "fuin-office-card/1", CARD, "jws_payload"), signer


def open_office(data, passphrase):
    """Signing key, receipt masters (the one in force first) and card of an office's key file (§11.7)."""
    said = read(data, "fuin-office-key/1", OFFICE_KEY, "office_key_form")
    card, signer = read_card(said["card"])
    pair = keys.open_box(said["keys"], passphrase, f"fuin/1 office key\0{jws.thumbprint(signer)}".encode())
    private = keys.private_key(pair[:32])
    if jws.jwk_of(private.public_key()) != signer or (card["follows"] is None) != (not said["former"]):
        raise Refused("office_card")
    masters = [pair[32:]]
    for sealed in said["former"]:
        under = hmac.new(masters[-1], b"fuin/1 former receipt master\0", hashlib.sha256).digest()
        try:
            masters.append(decrypt(under, unpadded(sealed), "office", "receipt.master"))
        except (Refused, Form) as error:
            raise Refused("office_card") from error
    return private, masters, card


def open_kept_key(data, master, number):
    """The key of a bundle as its office keeps it (§11.8)."""
    said = read(data, "fuin-bundle-key/1", BUNDLE_KEY, "bundle_key_form")
    keeper = hmac.new(master, b"fuin/1 bundle keys\0", hashlib.sha256).digest()
    try:
        ensure(said["bundle_id"] == number, "another bundle")
        return decrypt(keeper, unpadded(said["sealed"]), number, "bundle.key")
    except (Refused, Form) as error:
        raise Refused("bundle_key_other") from error


def open_recipient(data, passphrase):
    """Agreement and signing key of a recipient's key file (§11.5)."""
    said = read(data, "fuin-recipient-key/1", RECIPIENT_KEY, "recipient_key_form")
    binding = f"fuin/1 recipient keys\0{jws.thumbprint(said['agreement'])}\0{jws.thumbprint(said['signing'])}"
    pair = keys.open_box(said["keys"], passphrase, binding.encode())
    private = [keys.private_key(part) for part in (pair[:32], pair[32:])]
    if [jws.jwk_of(key.public_key()) for key in private] != [said["agreement"], said["signing"]]:
        raise Refused("recipient_key_form")
    return private


def read_request(document):
    """A request file (§11.1 to §11.3), and the key that signed it."""
    payload, signer = jws.verify(document, "fuin-request+jws")
    said = read(payload, "fuin-request/1", REQUEST_FILE, "jws_payload")
    asked = said["request"]
    complete = [
        asked["applicant"]["organization"],
        asked["applicant"]["person"],
        asked["legal_basis"],
        asked["purpose"],
    ]
    if asked["legal_basis"] == "OTHER":
        complete.append(asked["basis_detail"])
    watcher = asked["watched_by"]
    if watcher is not None:
        complete += [watcher["organization"], watcher["person"]]
    if not all(part.strip() for part in [*complete, asked["delivery_method"]]):
        raise Refused("request_missing")
    try:
        for who in [asked["applicant"]] + ([] if watcher is None else [watcher]):
            for part, check in (("organization", name), ("person", name), ("department", name_or_empty)):
                check(who[part])
    except Form as error:
        raise Refused("request_name", str(error)) from error
    if not asked["range"]:
        raise Refused("request_missing")
    if any(part["from"] > part["to"] for part in asked["range"]):
        raise Refused("request_range")
    spoke = any(asked["review"].values()) or asked["conditions"] or asked["clip"]
    promised = asked["undertaking"]
    if spoke or (promised and promised["origin"] != "file") or (promised is None) != (not said["promises"]):
        raise Refused("request_file_office")
    try:
        if said["device_key"]:
            jws.point(said["device_key"])
    except Form as error:
        raise Refused("request_file_key") from error
    return said, signer


def number(document):
    digits = jws.name(document)[:20].hex()
    return "-".join(digits[n : n + 4] for n in range(0, 40, 4))
