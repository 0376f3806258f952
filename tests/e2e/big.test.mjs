// A clip of more than 5 GiB: sealed in little memory, opened and shown from its far end. ZIP64 and 64-bit chunk
// offsets are really used; the padding in the middle is a sparse `free` box.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { Office, fuin, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { sparseClip } from "./sparse.mjs";

const PADDING = 5 * 2 ** 30;
const office = new Office();
after(() => office.remove());

test("more than 5 GiB: sealed under 512 MiB of address space, opened and seeked at its far end", async () => {
  const clip = sparseClip(office.sampleClip(8), office.path("big.mp4"), PADDING);
  const args = ["--json", "seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"),
    "--request", office.path("request.toml"), "--clip", clip,
    "--recipient-passphrase-file", office.path("recipient.txt"), "--out", office.path("big.fuin")];
  const sealed = spawnSync("prlimit", [`--as=${512 * 2 ** 20}`, fuin, ...args], { encoding: "utf8" });
  assert.equal(sealed.status, 0, sealed.stdout + sealed.stderr);
  const clips = run("inspect", office.path("big.fuin")).entries.at(-1);
  assert.ok(clips.bytes > PADDING);

  await Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    const { player } = viewer;
    await viewer.watch(office.path("big.fuin"), office.recipientPassphrase);
    const first = await player.picture.pixels();
    await player.focus();
    await player.press("End");
    await player.picture.numberIs(96);
    await player.picture.changesFrom(first);
    const memory = browser.memory();
    assert.ok(memory > 0 && memory < 1024, `${memory.toFixed(0)} MiB for a 5 GiB clip`);
    console.log(`# browser memory with a 5 GiB clip: ${memory.toFixed(0)} MiB`);
  });
});
