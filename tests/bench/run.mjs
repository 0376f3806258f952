// Both sides in one run, alternating; prints a table and writes target/bench.json. Ratios are speeds, ours ÷ theirs.
import { execFileSync, spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { Browser } from "../e2e/browser.mjs";
import { benchDesk } from "./desk.mjs";
import { benchPlayer } from "./player.mjs";
import { Office, fuin, page as html, root, run } from "../e2e/office.mjs";

const GIB = 2 ** 30;
const ROUNDS = 5;
const results = {};
const rows = [];

// In memory if it fits, so that both sides are measured and not the disk.
const room = (path) => statfsSync(path).bavail * statfsSync(path).bsize;
const base = room("/dev/shm") > 6 * GIB ? "/dev/shm" : join(root, "target");
const folder = mkdtempSync(join(base, "fuin-bench-"));
const office = new Office();
process.on("exit", () => {
  office.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function randomFile(path, bytes) {
  const out = createWriteStream(path);
  for (let done = 0; done < bytes; done += 2 ** 24) if (!out.write(randomBytes(2 ** 24))) await once(out, "drain");
  out.end();
  await once(out, "close");
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function timed(command, args) {
  const began = process.hrtime.bigint();
  const done = spawnSync(command, args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${command}: ${done.stderr}`);
  return Number(process.hrtime.bigint() - began) / 1e9;
}

function compare(key, bytes, ours, theirs, theirName) {
  const times = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(ours());
    times.theirs.push(theirs());
  }
  record(key, bytes / median(times.ours), bytes / median(times.theirs), theirName);
}

function record(key, ours, theirs, theirName) {
  results[key] = Number((ours / theirs).toFixed(3));
  const mib = (speed) => `${(speed / 2 ** 20).toFixed(0)} MiB/s`;
  rows.push([key, mib(ours), `${mib(theirs)} (${theirName})`, results[key].toFixed(2)]);
}

const clip = join(folder, "clip.bin");
await randomFile(clip, GIB);
run("key", "new", "--out", join(folder, "me.key"), "--recipient-passphrase-file", office.path("recipient.txt"));
const bundle = join(folder, "clip.fuin");
const aged = join(folder, "clip.age");
const ageKey = join(folder, "age.key");
execFileSync("age-keygen", ["-o", ageKey], { stdio: "ignore" });
const ageRecipient = execFileSync("age-keygen", ["-y", ageKey], { encoding: "utf8" }).trim();

compare("seal_vs_age", GIB, () => {
  rmSync(bundle, { force: true });
  return timed(fuin, ["--quiet", "seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"), "--request",
    office.path("request.toml"), "--clip", clip, "--recipient-key", join(folder, "me.key.pub"), "--out", bundle]);
}, () => {
  rmSync(aged, { force: true });
  return timed("age", ["-r", ageRecipient, "-o", aged, clip]);
}, "age");
// Our key file is under a passphrase, age's is not: ours has Argon2id in its time.
compare("verify_vs_age", GIB, () => timed(fuin, ["--quiet", "verify", bundle, "--identity", join(folder, "me.key"),
  "--recipient-passphrase-file", office.path("recipient.txt")]),
  () => timed("age", ["-d", "-i", ageKey, "-o", "/dev/null", aged]), "age -d");

// The browser: our worker against a bare loop over WebCrypto on the same page.
const part = join(folder, "part.bin");
await randomFile(part, 2 ** 28);
const { path: partBundle } = office.seal("part.fuin", part);
const browser = await Browser.start();
const page = await browser.page(html);
await page.evaluate(() => {
  const input = document.createElement("input");
  input.type = "file";
  input.id = "bench-file";
  document.body.append(input);
});
await page.setInputFiles("#bench-file", partBundle);
const speeds = await page.evaluate(async ({ passphrase, rounds }) => {
  const file = document.querySelector("#bench-file").files[0];
  const glue = document.querySelector("#fuin-glue").textContent;
  const start = "self.onmessage=e=>{self.onmessage=null;wasm_bindgen({module_or_path:e.data})};";
  const worker = new Worker(URL.createObjectURL(new Blob([glue, start], { type: "text/javascript" })));
  const waiting = [];
  worker.onmessage = ({ data }) => {
    // What is handed over is no event.
    if (typeof data !== "string") return;
    const message = data === "ready" ? { view: { is: "ready" } } : JSON.parse(data);
    if (message.refused) throw new Error(message.refused.code);
    const event = message.view ?? {};
    const at = waiting.findIndex(({ is }) => is === event.is);
    if (at >= 0) waiting.splice(at, 1)[0].resolve(event);
  };
  const event = (is) => new Promise((resolve) => waiting.push({ is, resolve }));
  const send = (view, cargo) => worker.postMessage({ text: JSON.stringify({ view }), cargo });
  const ready = event("ready");
  worker.postMessage(globalThis.fuinModule);
  await ready;
  const outside = event("outside");
  send({ do: "open" }, file);
  await outside;
  const inside = event("inside");
  send({ do: "unlock_with_passphrase", passphrase });
  await inside;
  const admitted = event("admitted");
  send({ do: "admit", name: "bench", now: new Date(Date.now() + 9 * 3600e3 + 1000).toISOString().slice(0, 19) + "+09:00" });
  await admitted;

  // The bare loop: the same number of 16 KiB chunks, read from a file-backed blob, one call after the other in batches.
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = new Uint8Array(12);
  const sealedChunk = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array(16384)));
  const batch = new Uint8Array(64 * 16400);
  for (let i = 0; i < 64; i++) batch.set(sealedChunk, i * 16400);
  const bare = async (bytes) => {
    const began = performance.now();
    for (let done = 0; done < bytes; done += 2 ** 20) {
      await file.slice(done, done + 64 * 16400).arrayBuffer();
      const calls = [];
      for (let i = 0; i < 64; i++) calls.push(crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, batch.subarray(i * 16400, (i + 1) * 16400)));
      await Promise.all(calls);
    }
    return bytes / ((performance.now() - began) / 1000);
  };
  const ours = [];
  const theirs = [];
  for (let round = 0; round < rounds; round++) {
    const measured = event("measured");
    send({ do: "measure_decrypt", clip: 0 });
    const { bytes, ms } = await measured;
    ours.push(bytes / (ms / 1000));
    theirs.push(await bare(bytes));
  }
  return { ours, theirs };
}, { passphrase: office.recipientPassphrase, rounds: ROUNDS });
await browser.finish();
record("browser_decrypt_vs_webcrypto", median(speeds.ours), median(speeds.theirs), "bare WebCrypto loop");
const lines = [];
await benchPlayer({ office, folder, results, lines });
await benchDesk({ office, folder, results, lines });

const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
console.log(`${ROUNDS} rounds each, alternating; medians; files in ${base === "/dev/shm" ? "memory" : "target/"}`);
for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column])).join("   "));
for (const line of lines) console.log(line);
writeFileSync(join(root, "target/bench.json"), JSON.stringify(results, null, 2) + "\n");
