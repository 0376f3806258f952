"""Certifications and time stamps (FORMAT.md §14), as far as they can be checked without a root.

Entry points: `certification`, `time_stamp`. Absent: ways to a root, and lists and answers beyond their form.
"""

import base64
import binascii
import hashlib
import re

import jws
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import ocsp
from documents import Form, Later, Refused, exactly, many, parse, read, table, text, time, unpadded

RECORD = table(document=text, revocation=many(text))
HEADER = table(alg=text, typ=text, x5c=many(text, 1, 8))
PAYLOAD = table(format=exactly("fuin-certification/1"), office=text, key=jws.JWK, at=time)
DIGESTS = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "2.16.840.1.101.3.4.2.3": hashes.SHA512,
    "1.3.14.3.2.26": hashes.SHA1,
}


def _certificate(der):
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise Refused("x509_form", str(error)) from error


def _is_by(key, signature, message, digest):
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), digest)
        else:
            key.verify(signature, message, ec.ECDSA(digest))
        return True
    except InvalidSignature:
        return False


def certification(record):
    """What a certification says, whose signature is good by its first certificate."""
    try:
        header, payload, signature = (unpadded(part) for part in record["document"].split("."))
        head = parse(header)
        HEADER(head)
    except (Form, Later, ValueError) as error:
        raise Refused("x509_form", str(error)) from error
    if head["typ"] != "fuin-certification+jws":
        raise Refused("x509_form", head["typ"])
    said = read(payload, "fuin-certification/1", PAYLOAD, "x509_form")
    try:
        chain = [_certificate(base64.b64decode(one, validate=True)) for one in head["x5c"]]
    except binascii.Error as error:
        raise Refused("x509_form", str(error)) from error
    key, signed = chain[0].public_key(), record["document"].rsplit(".", 1)[0].encode()
    if isinstance(key, ec.EllipticCurvePublicKey) and head["alg"] == "ES256":
        if len(signature) != 64 or int.from_bytes(signature[32:]) > jws.ORDER // 2:
            raise Refused("x509_signature", "r ‖ s, the lower s")
        signature = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    elif not isinstance(key, rsa.RSAPublicKey) or head["alg"] != "RS256":
        raise Refused("x509_algorithm", head["alg"])
    if not _is_by(key, signature, signed, hashes.SHA256()):
        raise Refused("x509_signature", "certification")
    for one in record["revocation"]:
        _revocation(unpadded(one))
    return said


def _revocation(der):
    for load in (x509.load_der_x509_crl, ocsp.load_der_ocsp_response):
        try:
            return load(der)
        except ValueError:
            continue
    raise Refused("x509_form", "no list and no answer")


class Der:
    """One element of DER (ITU-T X.690): its tag, its content, and the bytes of all of it."""

    def __init__(self, data, at=0):
        try:
            self.tag, length, begin = data[at], data[at + 1], at + 2
            if length > 0x80:
                size = length - 0x80
                length, begin = int.from_bytes(data[begin : begin + size]), begin + size
            self.content, self.end = data[begin : begin + length], begin + length
            self.whole = data[at : self.end]
        except IndexError as error:
            raise Refused("x509_form", "cut off") from error
        if self.end > len(data) or data[at + 1] == 0x80:
            raise Refused("x509_form", "a length")

    def children(self):
        all, at = [], 0
        while at < len(self.content):
            all.append(Der(self.content, at))
            at = all[-1].end
        return all

    def oid(self):
        numbers, value = [], 0
        for byte in self.content:
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))


def time_stamp(der, document):
    """When a document existed at the latest, by a time stamp that is good by the certificate inside of it."""
    outer = Der(der)
    if outer.tag != 0x30 or outer.end != len(der):
        raise Refused("x509_form", "time stamp")
    try:
        return _time_stamp(outer, document)
    except (IndexError, KeyError, ValueError) as error:
        raise Refused("x509_form", str(error)) from error


def _time_stamp(outer, document):
    kind, content = outer.children()
    _, _, wrapped, *sets, signers = content.children()[0].children()
    content_kind, held = wrapped.children()
    info = held.children()[0].content
    if (kind.oid(), content_kind.oid()) != ("1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"):
        raise Refused("x509_form", "another kind of message")
    certificates = [_certificate(one.whole) for part in sets if part.tag == 0xA0 for one in part.children()]
    [signer] = signers.children()
    _, name, digest, attributes, _, signature, *_ = signer.children()
    issuer, serial = name.children()
    [certificate] = [
        one
        for one in certificates
        if one.serial_number == int.from_bytes(serial.content) and one.issuer.public_bytes() == issuer.whole
    ]
    said = {pair[0].oid(): pair[1].children()[0] for pair in (one.children() for one in attributes.children())}
    algorithm = DIGESTS[digest.children()[0].oid()]()
    signed = b"\x31" + attributes.whole[1:]
    digested = said["1.2.840.113549.1.9.4"].content == hashlib.new(algorithm.name, info).digest()
    if not digested or not _is_by(certificate.public_key(), signature.content, signed, algorithm):
        raise Refused("x509_signature", "time stamp")
    _names_its_signer(said, certificate)
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refused("x509_use", "time stamp")
    _, _, imprint, _, at, *_ = Der(info).children()
    if imprint.children()[1].content != hashlib.sha256(document.encode()).digest():
        raise Refused("time_stamp_other")
    whole = re.fullmatch(rb"(\d{14})(\.\d+)?Z", at.content)
    return whole[1].decode()


def _names_its_signer(said, certificate):
    """SigningCertificateV2 (RFC 5816); its digest is SHA-256 where none is named."""
    named = said["1.2.840.113549.1.9.16.2.47"].children()[0].children()[0].children()
    algorithm = DIGESTS[named[0].children()[0].oid()]() if named[0].tag == 0x30 else hashes.SHA256()
    first = next(part for part in named if part.tag == 0x04)
    if first.content != certificate.fingerprint(algorithm):
        raise Refused("x509_signature", "time stamp")
