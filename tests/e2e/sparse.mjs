// A clip with gigabytes of nothing in its middle, which takes no room on disk: ZIP64 and 64-bit offsets are really
// used.
import { execFileSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

function* boxes(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    const kind = bytes.toString("latin1", at + 4, at + 8);
    yield { kind, body: bytes.subarray(at + 8, at + size), whole: bytes.subarray(at, at + size) };
    at += size;
  }
}

function box(kind, body) {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(kind, 4, "latin1");
  return Buffer.concat([head, body]);
}

/** The same boxes with every chunk offset moved, as `co64`. */
function moved(bytes, shift) {
  return Buffer.concat([...boxes(bytes)].map(({ kind, body, whole }) => {
    if (["moov", "trak", "mdia", "minf", "stbl"].includes(kind)) return box(kind, moved(body, shift));
    if (kind !== "stco") return whole;
    const count = body.readUInt32BE(4);
    const wide = Buffer.alloc(8 + 8 * count);
    wide.writeUInt32BE(count, 4);
    for (let i = 0; i < count; i++) {
      wide.writeBigUInt64BE(BigInt(body.readUInt32BE(8 + 4 * i)) + BigInt(shift), 8 + 8 * i);
    }
    return box("co64", wide);
  }));
}

/** Writes `source` with a `free` box of `padding` bytes behind its `ftyp` to `path`. */
export function sparseClip(source, path, padding) {
  const plain = `${path}.plain.mp4`;
  // `moov` last, whatever it was.
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", source, "-c", "copy", plain]);
  const file = openSync(path, "w");
  let end = 0;
  const write = (bytes) => {
    writeSync(file, bytes, 0, bytes.length, end);
    end += bytes.length;
  };
  for (const { kind, whole } of boxes(readFileSync(plain))) {
    if (kind === "ftyp") {
      write(whole);
      const head = Buffer.alloc(16);
      head.writeUInt32BE(1);
      head.write("free", 4, "latin1");
      head.writeBigUInt64BE(BigInt(padding), 8);
      write(head);
      end += padding - 16;
      ftruncateSync(file, end);
    } else {
      write(kind === "moov" ? moved(whole, padding) : whole);
    }
  }
  closeSync(file);
  return path;
}
