// The recipient watches what was sealed: the generated clip, the watermark in its pixels, and real clips where there
// are any.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { Office, run, sharedClips } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const sample = office.seal("sample.fuin", office.sampleClip(8), "--grant", "print");

/** Opens a bundle and plays it past a picture: what is seen must change. Gives the player. */
async function plays(browser, bundle, until = 12) {
  const viewer = await Viewer.open(browser);
  const { player } = viewer;
  await viewer.watch(bundle, office.recipientPassphrase);
  const first = await player.picture.pixels();
  await player.play();
  await player.picture.goesPast(until);
  await player.pause();
  await player.picture.changesFrom(first);
  return player;
}

test("the generated clip plays, steps, seeks and ends", () => Browser.use(async (browser) => {
  const player = await plays(browser, sample.path);
  const { picture } = player;
  const here = await picture.number();
  await player.stepForward();
  await picture.numberIs(here + 1);
  await player.stepBack();
  await picture.numberIs(here);
  await player.focus();
  await player.press("End");
  await picture.numberIs(96);
  const end = await picture.pixels();
  await player.press("Home");
  await picture.numberIs(1);
  await picture.changesFrom(end);
  await player.seekTo(4_000_000);
  await picture.numberIs(49);
  await player.press("ArrowLeft");
  await player.checkAll();
  await player.isChecked();
}));

test("the mark is in the pixels of every part of the picture, and differs with the recipient", () => Browser.use(async (browser) => {
  // The same clip for another recipient differs in the mark and in nothing else.
  const request = readFileSync(office.path("request.toml"), "utf8");
  const other = office.write("other.toml", request.replace("見本警察署", "別の警察署の見本"));
  const sealed = run("seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"),
    "--request", other, "--clip", office.sampleClip(8), "--recipient-passphrase-file", office.path("recipient.txt"),
    "--out", office.path("other.fuin"));
  assert.ok(sealed.ok, sealed.stderr);
  const shots = [];
  for (const bundle of [sample.path, office.path("other.fuin")]) {
    const viewer = await Viewer.open(browser);
    await viewer.watch(bundle, office.recipientPassphrase);
    shots.push(await viewer.player.picture.pixels());
    await viewer.close();
  }
  const [ours, theirs] = shots;
  assert.equal(ours.width, 960);
  assert.ok(ours.height > 540, "the caption stands below the picture");
  let changed = 0;
  const rows = new Set();
  for (let y = 0; y < 540; y++) {
    for (let x = 0; x < ours.width; x++) {
      const at = (y * ours.width + x) * 4;
      if (Math.abs(ours.data[at] - theirs.data[at]) > 8) {
        changed++;
        rows.add(Math.floor(y / 135));
      }
    }
  }
  assert.ok(changed > 500, `only ${changed} pixels carry the mark`);
  assert.equal(rows.size, 4, "every quarter of the height carries it");
}));

/** A clip of one colour, 960 × 540. */
function flat(colour) {
  const path = office.path(`${colour}.mp4`);
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", `color=c=${colour}:s=960x540:r=8:d=1`,
    "-c:v", "libx264", "-pix_fmt", "yuv420p", path]);
  return path;
}

// Who seals black and white clips of their own under the same words knows how much of every pixel their marks hide.
test("the marks of another bundle are no help to take ours away", () => Browser.use(async (browser) => {
  const shot = async (colour) => {
    const { path } = office.seal(`${colour}.fuin`, flat(colour));
    const viewer = await Viewer.open(browser);
    await viewer.watch(path, office.recipientPassphrase);
    const pixels = await viewer.player.picture.pixels();
    await viewer.close();
    return pixels;
  };
  const [black, white, grey] = [await shot("black"), await shot("white"), await shot("gray")];
  const clean = 128;
  const [bare, taken] = [[], []];
  for (let at = 0; at < 960 * 540 * 4; at += 4) {
    const seen = grey.data[at];
    if (Math.abs(seen - clean) < 4) continue;
    const shows = Math.max((white.data[at] - black.data[at]) / 255, 0.1);
    bare.push(seen - clean);
    taken.push(Math.min(Math.max((seen - black.data[at]) / shows, 0), 255) - clean);
  }
  assert.ok(bare.length > 5000, `${bare.length} pixels are marked`);
  const psnr = (errors) => 10 * Math.log10(255 ** 2 / (errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length));
  assert.ok(psnr(taken) < psnr(bare) + 1, `${psnr(bare).toFixed(1)} dB, and ${psnr(taken).toFixed(1)} dB taken away`);
  // Readable on black, white and grey: letters stand out by a twentieth of the range, at least.
  for (const [name, { data }, ground] of [["black", black, 0], ["white", white, 255], ["grey", grey, clean]]) {
    let out = 0;
    for (let at = 0; at < 960 * 540 * 4; at += 4) out += Math.abs(data[at] - ground) > 12;
    assert.ok(out > 2000, `${name}: ${out} pixels stand out`);
  }
}));

describe("real clips", () => {
  for (const clip of sharedClips()) {
    const name = basename(clip);
    test(`${name} plays`, () => Browser.use(async (browser) => {
      const { path } = office.seal(`${name}.fuin`, clip);
      // Nothing moves in the ONVIF clips before their second sync sample.
      const player = await plays(browser, path, name.startsWith("onvif") ? 64 : 12);
      await player.focus();
      await player.press("End");
      await player.isNearItsEnd();
    }));
  }
  const none = sharedClips().length === 0 && "../shared/clips is not here";
  test("are here, or this says that they are not", { skip: none }, () => {
    assert.ok(sharedClips().length > 0);
  });
});
