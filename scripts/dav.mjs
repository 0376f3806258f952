// Puts the pictures of a raw H.264 stream, each behind an access unit delimiter, or JPEG files one behind another, and perhaps
// G.711 A-law of 8,000 samples a second, into a DHAV file, as recorders write it.
// Usage: node dav.mjs IN.h264|IN.mjpeg OUT.dav PICTURES_A_SECOND WIDTH HEIGHT [SOUND.al]
import { readFileSync, writeFileSync } from "node:fs";

const [from, to, rateText, width, height, soundFile] = process.argv.slice(2);
const rate = Number(rateText);
const stream = readFileSync(from);
const isJpeg = stream[0] === 0xff;
const delimiter = Buffer.from(isJpeg ? [0xff, 0xd8, 0xff] : [0, 0, 0, 1, 9]);
const places = [];
for (let at = stream.indexOf(delimiter); at >= 0; at = stream.indexOf(delimiter, at + 1)) places.push(at);

// 2026-11-18 21:00:00, as seconds, minutes, hour, day, month, years since 2000 from the lowest bit on.
const date = (seconds) => (seconds % 60) | (Math.floor(seconds / 60) << 6) | (21 << 12) | (18 << 17) | (11 << 22) | (26 << 26);

function frame(kind, number, millis, extension, data) {
  const head = Buffer.alloc(24);
  const length = 24 + extension.length + data.length + 8;
  head.write("DHAV");
  head[4] = kind;
  head.writeUInt32LE(number, 8);
  head.writeUInt32LE(length, 12);
  head.writeUInt32LE(date(Math.floor(millis / 1000)), 16);
  // The recorder's milliseconds begin anywhere, and begin anew.
  head.writeUInt16LE((64_536 + millis) % 65_536, 20);
  head[22] = extension.length;
  const tail = Buffer.alloc(8);
  tail.write("dhav");
  tail.writeUInt32LE(length, 4);
  return { millis, bytes: Buffer.concat([head, extension, data, tail]) };
}

const size = Buffer.from([0x82, 0, 0, 0, width & 255, width >> 8, height & 255, height >> 8]);
const pictures = places.map((at, n) => {
  const data = stream.subarray(at, places[n + 1] ?? stream.length);
  const isKey = isJpeg || data.includes(Buffer.from([0, 0, 1, 0x65]));
  const codec = Buffer.from([0x81, 0, isJpeg ? 3 : 2, rate]);
  return frame(isKey ? 0xfd : 0xfc, n, Math.round((n * 1000) / rate), Buffer.concat([codec, size]), data);
});
const sound = soundFile ? readFileSync(soundFile) : Buffer.alloc(0);
const pieces = [];
for (let at = 0; at < sound.length; at += 320) {
  pieces.push(frame(0xf0, at / 320, at / 8, Buffer.from([0x83, 1, 0x0e, 2]), sound.subarray(at, at + 320)));
}
const frames = [...pictures, ...pieces].sort((a, b) => a.millis - b.millis);
writeFileSync(to, Buffer.concat(frames.map(({ bytes }) => bytes)));
