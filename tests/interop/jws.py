"""Signed documents (FORMAT.md §6): compact JWS with ES256, checked and made.

Entry points: `verify`, `sign`, `name`, `thumbprint`, `key_change`, `key_history`.
"""

import hashlib
import re

from cryptography.hazmat.primitives.asymmetric import ec
from documents import (
    Form,
    Later,
    Refused,
    b64,
    boolean,
    exactly,
    padless,
    parse,
    read,
    table,
    text,
    time,
    unpadded,
)
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
JWK = table(crv=exactly("P-256"), kty=exactly("EC"), x=b64(32), y=b64(32))
KEY_CHANGE = table(format=exactly("fuin-key-change/1"), key=JWK, at=time, exposed=boolean)
HEADER = table(alg=text, jwk=JWK, kid=text, typ=text)


def thumbprint(jwk):
    """RFC 7638, as base64url text."""
    said = f'{{"crv":"P-256","kty":"EC","x":"{jwk["x"]}","y":"{jwk["y"]}"}}'
    return padless(hashlib.sha256(said.encode()).digest())


def point(jwk):
    """The public key; `Form` if it is no point of the curve."""
    x, y = (int.from_bytes(unpadded(jwk[member])) for member in ("x", "y"))
    try:
        return ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise Form("no point of the curve") from error


def jwk_of(public):
    numbers = public.public_numbers()
    x, y = (padless(number.to_bytes(32)) for number in (numbers.x, numbers.y))
    return {"crv": "P-256", "kty": "EC", "x": x, "y": y}


def name(document):
    """SHA-256 of what was signed (§6.6)."""
    return hashlib.sha256(document.rsplit(".", 1)[0].encode()).digest()


def _header(part):
    try:
        head = parse(unpadded(part))
        if not isinstance(head, dict) or not isinstance(head.get("alg"), str):
            raise Refused("jws_form", "alg")
        if head["alg"] != "ES256":
            raise Refused("jws_algorithm", head["alg"])
        HEADER(head)
        point(head["jwk"])
        return head
    except Later as error:
        raise Refused("later_version", str(error)) from error
    except Form as error:
        raise Refused("jws_form", str(error)) from error


def verify(document, typ):
    """The payload, and the key that signed it."""
    if not isinstance(document, str) or not re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*", document):
        raise Refused("jws_form", "three parts")
    head = _header(document.split(".")[0])
    if head["typ"] != typ:
        raise Refused("jws_kind", head["typ"])
    if head["kid"] != thumbprint(head["jwk"]):
        raise Refused("jws_key_name", head["kid"])
    try:
        signature = unpadded(document.split(".")[2])
        payload = unpadded(document.split(".")[1])
    except Form as error:
        raise Refused("jws_form", str(error)) from error
    if len(signature) != 64 or int.from_bytes(signature[32:]) > ORDER // 2:
        raise Refused("jws_signature", "r ‖ s, the lower s")
    try:
        jws.deserialize_compact(document, ECKey.import_key(head["jwk"]), algorithms=["ES256"])
    except (JoseError, ValueError) as error:
        raise Refused("jws_signature", str(error)) from error
    return payload, head["jwk"]


def key_change(document):
    """The old key, which signed it, and the new one (§6.7)."""
    payload, old = verify(document, "fuin-key-change+jws")
    new = read(payload, "fuin-key-change/1", KEY_CHANGE, "jws_payload")["key"]
    try:
        point(new)
    except Form as error:
        raise Refused("jws_payload", "key") from error
    if new == old:
        raise Refused("jws_payload", "key")
    return old, new


def key_history(changes, now):
    """The keys that lead to this one; `None` if they do not (§6.7)."""
    try:
        pairs = [key_change(change) for change in changes]
    except Refused:
        return None
    after = [old for old, _ in pairs[1:]] + [now][: len(pairs)]
    return [old for old, _ in pairs] if len(pairs) <= 64 and [new for _, new in pairs] == after else None


def sign(private, typ, payload):
    """A signed document. The library may write either signature; the lower is taken."""
    jwk = jwk_of(private.public_key())
    head = {"alg": "ES256", "jwk": jwk, "kid": thumbprint(jwk), "typ": typ}
    registry = jws.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    made = jws.serialize_compact(head, payload, ECKey.import_key(private), registry=registry)
    signed, signature = made.rsplit(".", 1)
    signature = unpadded(signature)
    s = int.from_bytes(signature[32:])
    return f"{signed}.{padless(signature[:32] + min(s, ORDER - s).to_bytes(32))}"
