#!/usr/bin/env node
// Writes what ffmpeg says of each clip of the corpus into tests/corpus/KIND/expected.json, a folder for each kind of file:
// how many pictures it gives, at which times, and the SHA-256 of all of them in order. `tests/corpus.rs` compares our
// indexes and decoders with it. Usage: expected.mjs FOLDER-OF-THE-CORPUS
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";

const [folder] = process.argv.slice(2);
const out = join(import.meta.dirname, "../tests/corpus");

function tool(name, ...args) {
  return execFileSync(name, ["-v", "quiet", ...args], { maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "ignore"] });
}

/** Units from each picture to the next, as [units, how often]. */
function steps(times) {
  const runs = [];
  for (let n = 1; n < times.length; n++) {
    const step = times[n] - times[n - 1];
    if (runs.at(-1)?.[0] === step) runs.at(-1)[1] += 1;
    else runs.push([step, 1]);
  }
  return runs;
}

function expected(clip) {
  const probe = (...args) => JSON.parse(tool("ffprobe", ...args, "-of", "json", clip));
  const { streams = [] } = probe("-show_streams");
  const video = streams.find((stream) => stream.codec_type === "video");
  const sound = streams.find((stream) => stream.codec_type === "audio");
  const facts = {
    clip_sha256: createHash("sha256").update(readFileSync(clip)).digest("hex"),
    codec: video?.codec_name ?? null,
    sound: sound?.codec_name ?? null,
  };
  if (!video) return facts;
  const raw = spawnSync("ffmpeg", ["-v", "quiet", "-noautorotate", "-i", clip, "-map", "0:v:0", "-fps_mode",
    "passthrough", "-f", "rawvideo", "-"], { maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "ignore"] });
  // What ffmpeg knows by name and does not read.
  if (raw.status !== 0) return { ...facts, pictures: null };
  const { frames } = probe("-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp");
  const times = frames.map((frame) => frame.best_effort_timestamp ?? NaN);
  const pixels = video.pix_fmt;
  const size = [video.width, video.height];
  return { ...facts, size, pixels, pictures: frames.length, unit: video.time_base,
    steps: times.some(Number.isNaN) ? null : steps(times),
    pictures_sha256: createHash("sha256").update(raw.stdout).digest("hex") };
}

const kinds = {};
for (const name of readdirSync(folder).filter((name) => !name.startsWith(".")).sort()) {
  (kinds[extname(name).slice(1)] ??= {})[name] = expected(join(folder, name));
}
for (const [kind, clips] of Object.entries(kinds)) {
  mkdirSync(join(out, kind), { recursive: true });
  const lines = Object.entries(clips).map(([name, facts]) => `  ${JSON.stringify(name)}: ${JSON.stringify(facts)}`);
  writeFileSync(join(out, kind, "expected.json"), `{\n${lines.join(",\n")}\n}\n`);
}
