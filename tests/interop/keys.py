"""Key slots and key files (FORMAT.md §5, §11.5, §11.7).

Entry points: `open_slot`, `passphrase_slot`, `recipient_slot`, `open_box`.
"""

import hashlib
import os

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from documents import Form, Refused, b64, exactly, padless, table, uint32, unpadded
from jws import jwk_of, thumbprint
from names import IGNORABLE
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey
from pyhpke.exceptions import PyHPKEError

SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
BOX = dict(m_kib=uint32, t=uint32, p=uint32, salt=b64(16), nonce=b64(12), sealed=b64(80))
PASSPHRASE = table(type=exactly("passphrase"), **BOX)
RECIPIENT = table(type=exactly("recipient_key"), kid=b64(32), enc=b64(65), sealed=b64(80))
HYPHENS = set("-−─━ー\uff70﹣⁃") | {chr(c) for c in range(0x2010, 0x2016)}
WHITE = set("\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
MAX_WORK = 786432


def slot(value):
    """A slot of `header.json`; one of a later version may be anything (§5.4)."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        raise Form("a slot")
    kinds = {"passphrase": PASSPHRASE, "recipient_key": RECIPIENT}
    kinds.get(value["type"], lambda _: None)(value)


def check(slots):
    """The limits of §5.2 and §5.3, over all slots of a header."""
    boxes = [slot for slot in slots if slot["type"] == "passphrase"]
    try:
        for slot in slots:
            if slot["type"] == "recipient_key":
                ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unpadded(slot["enc"]))
    except ValueError as error:
        raise Refused("slot_parameters", "enc") from error
    if len(boxes) > 4 or sum(work(box) for box in boxes) > MAX_WORK:
        raise Refused("slot_parameters", "too much work")


def work(box):
    m_kib, t, p = box["m_kib"], box["t"], box["p"]
    if not 1 <= p <= 4 or t == 0 or m_kib < 8 * p or m_kib * t > MAX_WORK:
        raise Refused("slot_parameters", "m_kib, t, p")
    return m_kib * t


def normalise(typed):
    half = (chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in typed)
    kept = (c for c in half if c not in HYPHENS and c not in WHITE and not IGNORABLE.fullmatch(c))
    return "".join(c.lower() if c.isascii() else c for c in kept)


def _key(box, typed):
    secret, salt = normalise(typed).encode(), unpadded(box["salt"])
    return AESGCM(hash_secret_raw(secret, salt, box["t"], box["m_kib"], box["p"], 32, Type.ID, 0x13))


def open_box(box, typed, binding):
    """The 64 bytes under a passphrase."""
    work(box)
    try:
        return _key(box, typed).decrypt(unpadded(box["nonce"]), unpadded(box["sealed"]), binding)
    except InvalidTag as error:
        raise Refused("wrong_key", "passphrase") from error


def make_box(typed, binding, plain):
    box = {"m_kib": 65536, "t": 3, "p": 4, "salt": padless(os.urandom(16)), "nonce": padless(os.urandom(12))}
    return box | {"sealed": padless(_key(box, typed).encrypt(unpadded(box["nonce"]), plain, binding))}


def _bound(label, bundle_id):
    return f"{label}\0{bundle_id}".encode()


def kid(public, bundle_id):
    said = f"fuin/1 slot key\0{bundle_id}\0{thumbprint(jwk_of(public))}"
    return padless(hashlib.sha256(said.encode()).digest())


def open_slot(slot, bundle_id, passphrase=None, private=None):
    """The 64 bytes of a slot; `None` if it is for nobody here."""
    if slot["type"] == "passphrase" and passphrase is not None:
        return open_box(slot, passphrase, _bound("fuin/1 passphrase slot", bundle_id))
    if slot["type"] == "recipient_key" and private is not None and slot["kid"] == kid(private.public_key(), bundle_id):
        try:
            info = _bound("fuin/1 recipient slot", bundle_id)
            context = SUITE.create_recipient_context(
                unpadded(slot["enc"]), KEMKey.from_pyca_cryptography_key(private), info=info
            )
            return context.open(unpadded(slot["sealed"]))
        except PyHPKEError as error:
            raise Refused("wrong_key", "recipient's key") from error
    return None


def passphrase_slot(typed, bundle_id, plain):
    return {"type": "passphrase"} | make_box(typed, _bound("fuin/1 passphrase slot", bundle_id), plain)


def recipient_slot(public, bundle_id, plain):
    info = _bound("fuin/1 recipient slot", bundle_id)
    enc, context = SUITE.create_sender_context(KEMKey.from_pyca_cryptography_key(public), info=info)
    sealed = context.seal(plain)
    return {"type": "recipient_key", "kid": kid(public, bundle_id), "enc": padless(enc), "sealed": padless(sealed)}


def private_key(scalar):
    return ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())
