// Puts the pictures of a raw H.264 stream, each behind an access unit delimiter, into a DHAV file, as recorders write it.
// Usage: node dav.mjs IN.h264 OUT.dav PICTURES_A_SECOND
import { readFileSync, writeFileSync } from "node:fs";

const [from, to, rate] = process.argv.slice(2);
const stream = readFileSync(from);
const delimiter = Buffer.from([0, 0, 0, 1, 9]);
const places = [];
for (let at = stream.indexOf(delimiter); at >= 0; at = stream.indexOf(delimiter, at + 1)) places.push(at);

// 2026-11-18 21:00:00, as seconds, minutes, hour, day, month, years since 2000 from the lowest bit on.
const date = (seconds) => (seconds % 60) | (Math.floor(seconds / 60) << 6) | (21 << 12) | (18 << 17) | (11 << 22) | (26 << 26);

const frames = places.map((at, n) => {
  const data = stream.subarray(at, places[n + 1] ?? stream.length);
  const millis = Math.round((n * 1000) / Number(rate));
  const isKey = data.includes(Buffer.from([0, 0, 1, 0x65]));
  const head = Buffer.alloc(24);
  head.write("DHAV");
  head[4] = isKey ? 0xfd : 0xfc;
  head.writeUInt32LE(n, 8);
  head.writeUInt32LE(24 + data.length + 8, 12);
  head.writeUInt32LE(date(Math.floor(millis / 1000)), 16);
  // The recorder's milliseconds begin anywhere, and begin anew.
  head.writeUInt16LE((65_000 + millis) % 65_536, 20);
  const tail = Buffer.alloc(8);
  tail.write("dhav");
  tail.writeUInt32LE(24 + data.length + 8, 4);
  return Buffer.concat([head, data, tail]);
});
writeFileSync(to, Buffer.concat(frames));
