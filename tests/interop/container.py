"""The container (FORMAT.md §2): one encoding of a list of entries, and nothing else.

Entry points: `read`, `write`.
"""

import struct
import zlib

from documents import Refused

MIMETYPE = b"application/vnd.fuin.bundle"
LIMITS = {"header.json": 1 << 20, "manifest.cob": 64 << 20, "undertaking.cob": 32 << 20, "manifest.tst": 64 << 10}
FULL = 0xFFFFFFFF


def name(place, count):
    """What stands in this place of so many; an odd one at the end is a time stamp."""
    front = ["mimetype", "header.json", "manifest.cob", "undertaking.cob"]
    if place < 4:
        return front[place]
    if place == count - 1 and count % 2:
        return "manifest.tst"
    kind = "index" if place % 2 == 0 else "clips"
    return f"{kind}/{(place - 4) // 2 + 1}.cob"


def _local(entry, content, crc):
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 45, 0, 0, 0, 0x21, crc, FULL, FULL, len(entry), 20)
    return head + entry.encode() + struct.pack("<2H2Q", 1, 16, len(content), len(content))


def write(contents):
    """The bytes of a container with these contents, in the order of §2.2."""
    out, records = bytearray(), bytearray()
    for place, content in enumerate(contents):
        entry, crc, offset = name(place, len(contents)), zlib.crc32(content), len(out)
        out += _local(entry, content, crc) + content
        records += struct.pack(
            "<4s6H3I5H2I", b"PK\1\2", 45, 45, 0, 0, 0, 0x21, crc, FULL, FULL, len(entry), 28, 0, 0, 0, 0, FULL
        )
        records += entry.encode() + struct.pack("<2H3Q", 1, 24, len(content), len(content), offset)
    begin, count = len(out), len(contents)
    end = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(records), begin)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, begin + len(records), 1)
    last = struct.pack("<4s4H2IH", b"PK\5\6", 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, FULL, FULL, 0)
    return bytes(out) + bytes(records) + end + locator + last


def read(data):
    """Name and content of every entry. What is read must be, byte for byte, what is written of it."""
    entries = _directory(data)
    contents = []
    for entry, offset, size in entries:
        begin = offset + 30 + len(entry.encode()) + 20
        if size > LIMITS.get(entry, 2**63):
            raise Refused("container_too_large", entry)
        contents.append(data[begin : begin + size])
    again = write_like(contents, data, entries)
    if again != data:
        raise Refused("container", "it is not written as §2 says")
    return dict(zip((entry for entry, _, _ in entries), contents))


def write_like(contents, data, entries):
    """What a writer writes of these contents; the CRC-32 of clips and indexes is taken over and checked later (§2.8)."""
    crcs = []
    for (entry, offset, _), content in zip(entries, contents):
        claimed = struct.unpack_from("<I", data, offset + 14)[0] if offset + 18 <= len(data) else 0
        whole = not entry.startswith("clips/") and not entry.startswith("index/")
        crcs.append(zlib.crc32(content) if whole else claimed)
    written = bytearray(write(contents))
    at = 0
    directory = sum(50 + len(e.encode()) + len(c) for (e, _, _), c in zip(entries, contents))
    for (entry, _, _), content, crc in zip(entries, contents, crcs):
        struct.pack_into("<I", written, at + 14, crc)
        struct.pack_into("<I", written, directory + 16, crc)
        at += 50 + len(entry.encode()) + len(content)
        directory += 46 + len(entry.encode()) + 28
    return bytes(written)


def _directory(data):
    try:
        if len(data) < 98 or data[-22:-18] != b"PK\5\6":
            raise Refused("container", "no end record")
        count, size, begin = struct.unpack_from("<3Q", data, len(data) - 98 + 32)
        if begin + size + 98 != len(data) or count > 5 + 2 * 999 or count < 4:
            raise Refused("container", "directory")
        entries, at = [], begin
        for place in range(count):
            length = struct.unpack_from("<H", data, at + 28)[0]
            entry = data[at + 46 : at + 46 + length].decode()
            size, _, offset = struct.unpack_from("<3Q", data, at + 46 + length + 4)
            if entry != name(place, count) or offset + size > begin:
                raise Refused("container", "an entry")
            entries.append((entry, offset, size))
            at += 46 + length + 28
        return entries
    except (struct.error, UnicodeDecodeError) as error:
        raise Refused("container", str(error)) from error
