// A clip of more than 5 GiB: sealed in little memory, opened and shown from its far end. ZIP64 and 64-bit chunk
// offsets are really used; the padding in the middle is a sparse `free` box.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, openSync, readFileSync, readdirSync, writeSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser, difference, pixels, watch } from "./browser.mjs";
import { Office, fuin, page as html, run } from "./office.mjs";

const PADDING = 5 * 2 ** 30;
let office;
before(() => (office = new Office()));
after(() => office.remove());

function* boxes(bytes) {
  for (let at = 0; at < bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    yield { kind: bytes.toString("latin1", at + 4, at + 8), body: bytes.subarray(at + 8, at + size), whole: bytes.subarray(at, at + size) };
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
    for (let i = 0; i < count; i++) wide.writeBigUInt64BE(BigInt(body.readUInt32BE(8 + 4 * i)) + BigInt(shift), 8 + 8 * i);
    return box("co64", wide);
  }));
}

function bigClip() {
  const small = office.path("small.mp4");
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-i", office.sampleClip(8), "-c", "copy", small]);
  const path = office.path("big.mp4");
  const file = openSync(path, "w");
  let end = 0;
  const write = (bytes) => {
    writeSync(file, bytes, 0, bytes.length, end);
    end += bytes.length;
  };
  for (const { kind, whole } of boxes(readFileSync(small))) {
    if (kind === "ftyp") {
      write(whole);
      const head = Buffer.alloc(16);
      head.writeUInt32BE(1);
      head.write("free", 4, "latin1");
      head.writeBigUInt64BE(BigInt(PADDING), 8);
      write(head);
      end += PADDING - 16;
      ftruncateSync(file, end);
    } else {
      write(kind === "moov" ? moved(whole, PADDING) : whole);
    }
  }
  closeSync(file);
  return path;
}

/** Memory of all of the browser's processes, in MiB. */
function browserMemory(profile) {
  let sum = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (command.includes(profile)) sum += Number(readFileSync(`/proc/${pid}/status`, "utf8").match(/RssAnon:\s+(\d+)/)?.[1] ?? 0);
    } catch (error) {
      if (!["ENOENT", "ESRCH"].includes(error.code)) throw error; // a process that ended meanwhile
    }
  }
  return sum / 1024;
}

test("more than 5 GiB: sealed under 512 MiB of address space, opened and seeked at its far end", async () => {
  const clip = bigClip();
  const args = ["--json", "seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"), "--request",
    office.path("request.toml"), "--clip", clip, "--recipient-passphrase-file", office.path("recipient.txt"), "--out", office.path("big.fuin")];
  const sealed = spawnSync("prlimit", [`--as=${512 * 2 ** 20}`, fuin, ...args], { encoding: "utf8" });
  assert.equal(sealed.status, 0, sealed.stdout + sealed.stderr);
  const clips = run("inspect", office.path("big.fuin")).entries.at(-1);
  assert.ok(clips.bytes > PADDING);

  await Browser.use(async (browser) => {
    const page = await browser.page(html);
    await watch(page, office.path("big.fuin"), office.recipientPassphrase);
    const first = await pixels(page);
    await page.focus(".player");
    await page.keyboard.press("End");
    await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) === 96);
    assert.ok(difference(first, await pixels(page)) > 0.5);
    const memory = browserMemory(browser.profile);
    assert.ok(memory > 0 && memory < 1024, `${memory.toFixed(0)} MiB for a 5 GiB clip`);
    console.log(`# browser memory with a 5 GiB clip: ${memory.toFixed(0)} MiB`);
  });
});
