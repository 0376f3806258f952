// Sealing and verifying a file of 1 GiB on the command line, against age.
import { execFileSync, spawnSync } from "node:child_process";
import { createWriteStream, rmSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { fuin, run } from "../e2e/office.mjs";
import { median } from "./median.mjs";

const GIB = 2 ** 30;
const ROUNDS = 5;

/** A file of bytes by chance. */
export async function randomFile(path, bytes) {
  const out = createWriteStream(path);
  for (let done = 0; done < bytes; done += 2 ** 24) if (!out.write(randomBytes(2 ** 24))) await once(out, "drain");
  out.end();
  await once(out, "close");
}

/** Seconds that a command takes: by the clock, and of the processor in the program and in the system. */
function timed(command, args) {
  const shell = 'TIMEFORMAT="%R %U %S"; time "$@"';
  const done = spawnSync("bash", ["-c", shell, "bash", command, ...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  const [wall, user, system] = done.stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return { wall, user, system };
}

function compare(say, key, ours, theirs, theirName) {
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(ours());
    times.theirs.push(theirs());
  }
  const middle = (side) => Object.fromEntries(["wall", "user", "system"].map((kind) => [kind, median(side.map((time) => time[kind]))]));
  const words = ({ wall, user, system }) => `${wall.toFixed(2)} s (user ${user.toFixed(2)}, system ${system.toFixed(2)})`;
  const [a, b] = [middle(times.ours), middle(times.theirs)];
  say(key, b.wall / a.wall, `speeds of 1 GiB: ${words(a)}; ${theirName} ${words(b)}`);
}

/** Says how fast files are sealed and verified. */
export async function benchSealing({ office, folder, say }) {
  const clip = join(folder, "clip.bin");
  await randomFile(clip, GIB);
  run("key", "new", "--out", join(folder, "me.key"), "--recipient-passphrase-file", office.path("recipient.txt"));
  const bundle = join(folder, "clip.fuin");
  const aged = join(folder, "clip.age");
  const ageKey = join(folder, "age.key");
  execFileSync("age-keygen", ["-o", ageKey], { stdio: "ignore" });
  const ageRecipient = execFileSync("age-keygen", ["-y", ageKey], { encoding: "utf8" }).trim();
  
  compare(say, "seal_vs_age", () => {
    rmSync(bundle, { force: true });
    return timed(fuin, ["--quiet", "seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"), "--request",
      office.path("request.toml"), "--clip", clip, "--recipient-key", join(folder, "me.key.pub"), "--out", bundle]);
  }, () => {
    rmSync(aged, { force: true });
    return timed("age", ["-r", ageRecipient, "-o", aged, clip]);
  }, "age");
  // Our key file is under a passphrase, age's is not: ours has Argon2id in its time.
  compare(say, "verify_vs_age", () => timed(fuin, ["--quiet", "verify", bundle, "--identity", join(folder, "me.key"),
    "--recipient-passphrase-file", office.path("recipient.txt")]),
    () => timed("age", ["-d", "-i", ageKey, "-o", "/dev/null", aged]), "age -d");
}
