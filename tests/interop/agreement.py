"""Bundles that are bent in one place each: `fuin verify` and the second implementation accept the same ones, and
refuse the others by the same code.

Entry point: `check`.
"""

import copy
import hashlib
import json

import container
import jws
import keys
from bundle import decrypt, encrypt, make, open_bundle, open_ticket
from documents import code_of, padless, parse, unpadded
from vectors import check_bundle, same

PASSPHRASE = "1234-5678-9012"
UNLOCK = {"passphrase": PASSPHRASE}
# Every so many bytes of a bundle one is flipped.
STRIDE = 23


def quick_slot(number, bundle_key):
    """A slot that costs no time: readers take less work than writers ask for."""
    box = {"m_kib": 32, "t": 1, "p": 4, "salt": padless(bytes(16)), "nonce": padless(bytes(12))}
    binding = f"fuin/1 passphrase slot\0{number}".encode()
    sealed = keys._key(box, PASSPHRASE).encrypt(bytes(12), bundle_key + bytes(32), binding)
    return {"type": "passphrase"} | box | {"sealed": padless(sealed)}


CUT = {
    "source": {"file_name": "day.dav", "bytes": 9, "sha256": "0" * 64},
    "asked_from": 1_100_000,
    "asked_to": 1_900_000,
    "from": 1_000_000,
    "to": 2_000_000,
    "videos": [{"of": 0, "first": 30, "last": 60, "pictures": 31}],
    "sound": False,
    "tool": "fuin 0.1.0",
}


def plan(root):
    """Manifest, undertaking, index and clip of a good bundle."""
    kept = root / "vectors"
    recipient = {"organization": "見本警察署", "department": "刑事課", "person": "例示花子"}
    manifest = {
        "format": "fuin/1",
        "bundle_id": "R8-0001-7K3Q",
        "issued_at": "2026-11-22T10:00:00+09:00",
        "ledger_head": padless(bytes(32)),
        "key_changes": [],
        "certification": None,
        "office": {"name": "港区防災課", "contact": "03-0000-0000"},
        "rules": "minato",
        "recipient": recipient,
        "legal_basis": "CCP_197_2",
        "document_number": "第1号",
        "purpose": "捜査",
        "range": "正面",
        "not_before": "2026-11-22T10:00:00+09:00",
        "not_after": "2099-01-29T23:59:59+09:00",
        "return_due": "2099-01-29",
        "odd_clock": "refuse",
        "marks": {"opacity": 30, "repeat": 2},
        "extension": padless(bytes(12)),
        "ticket_of": None,
        "grants": ["print"],
        "conditions": ["複製しないこと"],
        "medium": {"kind": "USBメモリ", "number": "USB-07"},
        "clips": [
            {"file_name": "clip.mp4", "camera": "1番", "starts_at": None, "clock_error_secs": -3, "cut": CUT},
        ],
    }
    undertaking = {
        "format": "fuin-undertaking/1",
        "items": ["適正に管理すること。"],
        "article": "8条3項",
        "addressed_to": "港区防災課",
        "recipient": recipient,
        "purpose": "捜査",
        "onward_to": "",
        "return_due": "2099-01-29",
        "submission": {"submitted_on": "2026-11-20", "signed_by": "署長", "origin": "paper"},
    }
    return manifest, undertaking, (kept / "small.index").read_bytes(), (kept / "small.mp4").read_bytes()


def check(fuin, root):
    fuin.write("pass.txt", PASSPHRASE)
    compare = Compare(fuin)
    manifest, undertaking, index, clip = plan(root)
    office = keys.private_key(bytes(31) + b"\7")
    good, document = make(office, manifest, undertaking, [(index, clip)], [quick_slot])
    assert code_of(check_bundle, good, **UNLOCK) is None
    compare("good", good, wanted=None)
    for at in range(0, len(good), STRIDE):
        # A byte breaks what encloses it too, and either may be named.
        compare(f"byte {at}", good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :], by_code=False)
    for cut in (1, 21, 22, 98, len(good) // 2):
        compare(f"cut {cut}", good[:-cut])
    compare("more", good + b"\0")
    bent = Bent(good, office, document)
    for name, head in variants(bent.head, HEADER_VALUES):
        # A slot of another type lacks members, and has others: either may be named.
        compare(f"header {name}", bent.with_header(head), by_code="'type')" not in name and name != "deep")
    for name, said in variants(bent.manifest, MANIFEST_VALUES):
        compare(f"manifest {name}", bent.with_manifest(said), by_code=name != "deep")
    for name, said in variants(bent.undertaking, UNDERTAKING_VALUES):
        compare(f"undertaking {name}", bent.with_undertaking(said), by_code=name != "deep")
    for name, text in bent.documents():
        compare(f"jws {name}", bent.with_document(text))
    return compare.count + _tickets(fuin, office, plan(root), (good, document))


def _tickets(fuin, office, papers, bundle):
    """Tickets for a bundle of ours, put before both."""
    (manifest, undertaking, index, clip), (good, document) = papers, bundle
    opened = open_bundle(good, **UNLOCK)
    fuin.write("good.fuin", good)
    of = {"bundle_id": manifest["bundle_id"], "manifest_sha256": padless(jws.name(document))}
    said = manifest | {"bundle_id": "R8-0002-ABCD", "clips": [], "ticket_of": of}

    def ticket(change=None, key=opened["bundle_key"], signer=office):
        return make(signer, said | (change or {}), undertaking, [], [quick_slot], key)[0]

    whole = ticket()
    other = make(office, manifest, undertaking, [(index, clip)], [quick_slot])[0]
    cases = {
        "good": (whole, good, None),
        "of another office": (ticket(signer=keys.private_key(bytes(31) + b"\x09")), good, "ticket_other"),
        "of another manifest": (
            ticket({"ticket_of": of | {"manifest_sha256": padless(bytes(32))}}),
            good,
            "ticket_other",
        ),
        "of another number": (ticket({"ticket_of": of | {"bundle_id": "R8-0009-ZZZZ"}}), good, "ticket_other"),
        "of another key": (ticket(key=bytes(32)), good, "ticket_other"),
        "with another bundle": (whole, other, "ticket_other"),
        "with itself": (whole, whole, "ticket_other"),
        "a bundle as ticket": (good, good, "ticket_other"),
        "a bundle without clips": (ticket({"ticket_of": None}), good, "container_count"),
        "with a clip": (
            make(office, said | {"clips": manifest["clips"]}, undertaking, [(index, clip)], [quick_slot])[0],
            good,
            "container_count",
        ),
    }
    for case, (data, beside, wanted) in cases.items():
        fuin.write("bent.ticket", data)
        fuin.write("beside.fuin", beside)
        theirs = fuin.code(
            "verify", "beside.fuin", "--ticket", "bent.ticket", "--recipient-passphrase-file", "pass.txt"
        )
        ours = code_of(open_ticket, data, beside, **UNLOCK)
        assert same(ours, theirs) and same(wanted, theirs), (
            f"ticket {case}: second implementation {ours}, fuin {theirs}"
        )
    fuin.write("alone.ticket", whole)
    assert fuin.code("verify", "alone.ticket", "--recipient-passphrase-file", "pass.txt") == "ticket_alone"
    return len(cases) + 1


class Compare:
    """One bundle after the other, put before both."""

    def __init__(self, fuin):
        self.fuin, self.count = fuin, 0

    def __call__(self, name, data, by_code=True, **wanted):
        self.fuin.write("bent.fuin", data)
        theirs = self.fuin.code("verify", "bent.fuin", "--recipient-passphrase-file", "pass.txt")
        ours = code_of(check_bundle, data, **UNLOCK)
        agree = same(ours, theirs) if by_code else (ours is None) == (theirs is None)
        assert agree, f"{name}: second implementation {ours}, fuin {theirs}"
        assert not wanted or ours == wanted["wanted"], f"{name}: {ours}"
        self.count += 1


# Values that stand in the place of a good one: of other types, outside of limits, of later versions.
ANY = [None, 0, -1, True, "", "x", [], {}, 2**53, "\ud800"]
NAMES = ["a", "例示\u200b花子", "あ" * 61, "例示\u202e", "𝐀lice", "花\u0301\u0301\u0301子", "港区防災課 "]
HEADER_VALUES = {
    "format": ["fuin/2", "fuin", "fuin-office/1"],
    "ticket_of": ["R8-0009-ZZZZ"],
    "bundle_id": ["R8-1", "r8-0001-7k3q", "R8-0002-7K3Q"],
    "name": NAMES,
    "contact": ["あ" * 201, "03\n"],
    "m_kib": [31, 786433, 262144],
    "t": [24577, 8192],
    "p": [5, 3],
    "salt": ["AA", "AAAAAAAAAAAAAAAAAAAAAB"],
    "type": ["recipient_key", "later"],
    "sealed": [padless(bytes(79)), padless(bytes(80))],
}
MANIFEST_VALUES = {
    "format": ["fuin/2", "fuin-x/1"],
    "person": NAMES,
    "organization": NAMES,
    "department": NAMES,
    "legal_basis": [" ", "根拠", "あ" * 201],
    "grants": [["still", "print", "export"], ["print", "print"], ["watch"]],
    "not_before": [
        "2100-01-01T00:00:00+09:00",
        "2026-11-22T10:00:00Z",
        "2026-11-22T10:00:00.5+09:00",
        "2026-02-30T10:00:00+09:00",
        "1867-01-01T00:00:00+09:00",
        "9999-01-01T00:00:00+09:00",
    ],
    "return_due": ["2026-11-22", "2026-11-21", "20991231"],
    "file_name": ["a/b", "a\\b", "a\x07", "映" * 255, "映" * 256, "..."],
    "cut": [
        None,
        CUT | {"asked_to": 0},
        CUT | {"from": 2_000_001},
        CUT | {"tool": ""},
        CUT | {"tool": "\u202e"},
        CUT | {"videos": []},
        CUT | {"videos": CUT["videos"] * 2},
        CUT | {"source": CUT["source"] | {"bytes": 0}},
        CUT | {"source": CUT["source"] | {"file_name": "a/b"}},
    ],
    "first": [31, 61, 2**32],
    "pictures": [0, 31, 32],
    "clock_error_secs": [3155760000, 3155760001, -3155760001],
    "sha256": ["0" * 64, "G" * 64, "A" * 64],
    "checkpoints": [padless(bytes(32)), "A"],
    "bytes": [1, 673],
    "length": [1],
    "entry": ["clips/2.cob"],
    "odd_clock": ["stop"],
    "opacity": [14, 15, 60, 61, 255, 256, -1],
    "repeat": [1, 3, 4],
    "extension": [padless(bytes(11))],
    "ticket_of": [{"bundle_id": "R8-0009-ZZZZ", "manifest_sha256": padless(bytes(32))}],
    "issued_at": ["2100-01-01T00:00:00+09:00"],
    "purpose": ["ほか"],
    "header_sha256": [padless(bytes(32))],
}
UNDERTAKING_VALUES = {
    "format": ["fuin-undertaking/2"],
    "items": [[" "], ["a", ""]],
    "origin": ["mail"],
    "person": ["例示太郎"],
    "purpose": ["ほか"],
    "return_due": ["2099-01-30"],
    "submission": [None],
}


def variants(document, values):
    """The document with one member left out, twice, unknown, or of each other value; as bytes."""

    def places(value, path=()):
        if isinstance(value, dict):
            for name in value:
                yield (*path, name)
                yield from places(value[name], (*path, name))
        elif isinstance(value, list):
            for n, one in enumerate(value):
                yield from places(one, (*path, n))

    def dumped(value):
        return json.dumps(value).encode()

    for path in places(document):

        def changed(change):
            other = copy.deepcopy(document)
            owner = other
            for step in path[:-1]:
                owner = owner[step]
            change(owner)
            return dumped(other)

        name = path[-1]
        yield f"{path} left out", changed(lambda owner: owner.pop(name))
        yield f"{path} beside another", changed(lambda owner: owner.update({"later": 1}))
        for value in ANY + values.get(name, []):
            yield f"{path} = {value!r}", changed(lambda owner: owner.update({name: value}))
    said = dumped(document)
    yield "blanks", json.dumps(document, indent=1).encode() + b"\n"
    yield "mark", b"\xef\xbb\xbf" + said
    yield "no JSON", said[:-1]
    yield "twice", said.replace(b'"format":', b'"format": "fuin/1", "format":', 1)
    yield "deep", said[:-1] + b', "x": ' + b"[" * 200 + b"]" * 200 + b"}"


class Bent:
    """A good bundle, one part of which is replaced and everything around it made right again."""

    def __init__(self, good, office, document):
        self.entries = container.read(good)
        self.office, self.document = office, document
        self.head = parse(self.entries["header.json"])
        self.manifest = parse(unpadded(document.split(".")[1]))
        self.number = self.manifest["bundle_id"]
        pair = keys.open_slot(self.head["slots"][0], self.number, passphrase=PASSPHRASE)
        self.bundle_key = pair[:32]
        self.undertaking = parse(
            decrypt(self.bundle_key, self.entries["undertaking.cob"], self.number, "undertaking.cob")
        )

    def _bundle(self, **parts):
        names = {
            "mimetype": "mimetype",
            "header": "header.json",
            "manifest": "manifest.cob",
            "undertaking": "undertaking.cob",
        }
        changed = {names[part]: content for part, content in parts.items()}
        return container.write(list((self.entries | changed).values()))

    def _sealed(self, plain, entry):
        return encrypt(self.bundle_key, plain, self.number, entry)

    def _signed(self, said):
        return self._sealed(jws.sign(self.office, "fuin-manifest+jws", said).encode(), "manifest.cob")

    def with_header(self, data):
        digest = padless(hashlib.sha256(data).digest())
        said = self.manifest | {"header_sha256": digest}
        try:
            head = parse(data)
            if isinstance(head.get("office"), dict):
                said["office"] = head["office"]
        except Exception:  # Then nobody gets as far as the manifest.
            pass
        return self._bundle(header=data, manifest=self._signed(json.dumps(said).encode()))

    def with_manifest(self, data):
        return self._bundle(manifest=self._signed(data))

    def with_undertaking(self, data):
        sealed = self._sealed(data, "undertaking.cob")
        entry = {"length": len(sealed), "sha256": padless(hashlib.sha256(data).digest())}
        return self._bundle(
            undertaking=sealed, manifest=self._signed(json.dumps(self.manifest | {"undertaking": entry}).encode())
        )

    def with_document(self, text):
        return self._bundle(manifest=self._sealed(text, "manifest.cob"))

    def documents(self):
        """The signed document, written otherwise."""
        good = self.document
        head, payload, signature = good.split(".")
        low = unpadded(signature)
        high = low[:32] + (jws.ORDER - int.from_bytes(low[32:])).to_bytes(32)
        yield "blank", f" {good}".encode()
        yield "line end", f"{good}\n".encode()
        yield "four parts", f"{good}.".encode()
        yield "two parts", f"{head}.{payload}".encode()
        yield "padding", f"{good}==".encode()
        yield "high s", f"{head}.{payload}.{padless(high)}".encode()
        yield "short", f"{head}.{payload}.{padless(low[:63])}".encode()
        yield "no UTF-8", good.encode()[:-1] + b"\xff"
        yield "another kind", jws.sign(self.office, "fuin-receipt+jws", unpadded(payload)).encode()
        said = parse(unpadded(head))
        other = jws.jwk_of(keys.private_key(bytes(31) + b"\x09").public_key())
        changes = [
            {"alg": "none"},
            {"alg": "ES384"},
            {"alg": 1},
            {"typ": "JWT"},
            {"kid": "x"},
            {"x5u": "x"},
            {"jwk": other},
            {"jwk": other, "kid": jws.thumbprint(other)},
            {"jwk": said["jwk"] | {"kty": "OKP"}},
            {"jwk": said["jwk"] | {"y": padless(bytes(32))}},
            {"jwk": said["jwk"] | {"use": "sig"}},
        ]
        for change in changes:
            yield str(change), f"{padless(json.dumps(said | change).encode())}.{payload}.{signature}".encode()
