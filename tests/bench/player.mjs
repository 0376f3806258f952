// The player against a plain <video> on the unencrypted file, in one Chromium, alternating: first picture, seeking,
// dropped pictures, memory.
import { execFileSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Browser, watch } from "../e2e/browser.mjs";
import { page as html, root } from "../e2e/office.mjs";
import { Viewer, viewerName } from "../e2e/pages/viewer.mjs";
import { sparseClip } from "../e2e/sparse.mjs";
import { median } from "./median.mjs";

const ROUNDS = 21;
const PLAY_SECONDS = 10;
const part = (values, p) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * p))];

export function encode(path, size, rate, seconds, codec, ...options) {
  const preset = codec.startsWith("libx26") ? ["-preset", codec === "libx265" ? "medium" : "veryfast"] : [];
  const source = `testsrc2=s=${size}:r=${rate}:d=${seconds}`;
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source, "-vf", "noise=alls=8:allf=t", "-pix_fmt", "yuv420p",
    "-c:v", codec, ...preset, ...options, path]);
  return path;
}

/** The same pictures in other kinds of file. */
function otherKinds(clip, folder) {
  const ff = (...args) => execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-i", clip, "-c", "copy", ...args]);
  const made = Object.fromEntries(["ts", "mpg", "avi", "mkv"].map((kind) => [kind, join(folder, `other.${kind}`)]));
  ff(made.ts);
  // Its multiplexer warns of its own buffer.
  ff("-v", "fatal", "-bsf:v", "h264_mp4toannexb", "-f", "vob", made.mpg);
  ff("-bsf:v", "h264_mp4toannexb", made.avi);
  ff(made.mkv);
  const units = join(folder, "other.h264");
  ff("-bsf:v", "h264_mp4toannexb,h264_metadata=aud=insert", units);
  made.dav = join(folder, "other.dav");
  execFileSync("node", [join(root, "scripts/dav.mjs"), units, made.dav, "30"]);
  return made;
}

/** A page of ours with the clip on its canvas; `load` shows it anew. */
export async function ourSide(browser, bundle, passphrase) {
  const page = await browser.page(html);
  await watch(page, bundle, passphrase);
  return page;
}

/** In a page that is told to begin: milliseconds until the canvas of the player has its picture. */
const untilPicture = `(begin) => new Promise((resolve) => {
  const began = performance.now();
  begin();
  // The canvas is 16 pixels wide until its first picture.
  const look = () => (document.querySelector("#picture")?.width > 16 ? resolve(performance.now() - began) : requestAnimationFrame(look));
  requestAnimationFrame(look);
})`;

/** From the click that affirms the undertaking, in a page that shows nothing yet, to the first picture; the page goes after it. */
async function oursAffirmed(browser, bundle, passphrase) {
  const page = await browser.page(html);
  const viewer = new Viewer(page);
  await viewer.openBundle(bundle, passphrase);
  await viewer.readUndertaking();
  await viewer.asksForName();
  await page.fill("#viewer-name", viewerName);
  await toFront(page);
  const ms = await page.evaluate(`(${untilPicture})(() => document.querySelector("#begin").click())`);
  await page.close();
  return ms;
}

/** From choosing the clip to its first picture, on a page that showed it before; the small pictures come after it. */
async function ourFirst(page) {
  await page.waitForSelector("canvas.strip.painted");
  const ms = await page.evaluate(`(${untilPicture})(() => {
    const select = document.querySelector("#choose-clip");
    select.value = "0";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  })`);
  await page.waitForSelector("canvas.strip.painted");
  return ms;
}

/** The same for a <video> in a page that showed nothing yet. */
async function theirsFresh(browser, plainPage, clip) {
  const page = await browser.page(plainPage);
  await page.setInputFiles("input", clip);
  await toFront(page);
  const ms = await videoFirst(page);
  await page.close();
  return ms;
}

function videoFirst(page) {
  return page.evaluate(() => new Promise((resolve, reject) => {
    document.querySelector("video")?.remove();
    const video = document.createElement("video");
    video.muted = true;
    document.body.append(video);
    const began = performance.now();
    video.onerror = () => reject(new Error("the video does not play"));
    video.requestVideoFrameCallback(() => resolve(performance.now() - began));
    video.src = URL.createObjectURL(document.querySelector("input").files[0]);
  }));
}

/** In front, and at rest: what a change of tabs costs belongs to neither side. */
async function toFront(page) {
  await page.bringToFront();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(resolve, { timeout: 1000 })))));
}

function ourSeek(page, micros) {
  return page.evaluate((micros) => new Promise((resolve) => {
    const bar = document.querySelector("#seek");
    const number = document.querySelector("#picture-number");
    const before = number.textContent;
    const began = performance.now();
    new MutationObserver((_, observer) => {
      if (number.textContent !== before) {
        observer.disconnect();
        requestAnimationFrame(() => resolve(performance.now() - began));
      }
    }).observe(number, { childList: true, characterData: true, subtree: true });
    bar.value = String(micros);
    bar.dispatchEvent(new Event("input", { bubbles: true }));
  }), micros);
}

function videoSeek(page, micros) {
  return page.evaluate((micros) => new Promise((resolve) => {
    const video = document.querySelector("video");
    const began = performance.now();
    video.requestVideoFrameCallback(() => resolve(performance.now() - began));
    video.currentTime = micros / 1e6;
  }), micros);
}

/** Plays for a while; gives how many different pictures were shown. */
export async function ourPlay(page, seconds) {
  return page.evaluate((seconds) => new Promise((resolve) => {
    const number = document.querySelector("#picture-number");
    const seen = new Set();
    const passed = () => Number(number.textContent);
    const observer = new MutationObserver(() => seen.add(passed()));
    observer.observe(number, { childList: true, characterData: true, subtree: true });
    document.querySelector("#play").click();
    const first = passed();
    const wait = () => {
      if (passed() === first) return requestAnimationFrame(wait);
      const began = performance.now();
      const from = passed();
      seen.clear();
      const look = () => {
        if (performance.now() - began < seconds * 1000) return requestAnimationFrame(look);
        document.querySelector("#play").click();
        observer.disconnect();
        resolve({ shown: seen.size, advanced: passed() - from, seconds: (performance.now() - began) / 1000 });
      };
      look();
    };
    wait();
  }), seconds);
}

function videoPlay(page, seconds) {
  return page.evaluate((seconds) => new Promise((resolve) => {
    const video = document.querySelector("video");
    video.currentTime = 0;
    video.onseeked = async () => {
      video.onseeked = null;
      const before = video.getVideoPlaybackQuality();
      await video.play();
      const began = performance.now();
      const look = () => {
        if (performance.now() - began < seconds * 1000) return requestAnimationFrame(look);
        video.pause();
        const after = video.getVideoPlaybackQuality();
        resolve({ dropped: after.droppedVideoFrames - before.droppedVideoFrames, total: after.totalVideoFrames - before.totalVideoFrames });
      };
      look();
    };
  }), seconds);
}

/** Milliseconds to the first picture of each clip, by its name: medians of rounds in which they take turns. */
async function firstFrames(office, folder, clips) {
  const browser = await Browser.start();
  const sides = [];
  for (const [name, clip] of Object.entries(clips)) {
    const { path } = office.seal(join(folder, `first-${name}.fuin`), [clip, office.sampleClip(4)]);
    sides.push({ name, page: await ourSide(browser, path, office.recipientPassphrase), times: [] });
  }
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { page, times } of sides) {
      await toFront(page);
      const ms = await ourFirst(page);
      if (round > 0) times.push(ms);
    }
  }
  await browser.context.close();
  return Object.fromEntries(sides.map(({ name, times }) => [name, median(times)]));
}

/** Says the player's figures. */
export async function benchPlayer({ office, folder, say }) {
  const clip = encode(join(folder, "1080p30.mp4"), "1920x1080", 30, 60, "libx264", "-g", "50", "-bf", "2", "-b:v", "4M");
  // Two clips, so that the page lets one choose.
  const { path: bundle } = office.seal("player.fuin", [clip, office.sampleClip(4)]);
  const plainPage = join(folder, "plain.html");
  writeFileSync(plainPage, "<!doctype html><meta charset=utf-8><h1>video</h1><input type=file>");

  const browser = await Browser.start();
  const ours = await ourSide(browser, bundle, office.recipientPassphrase);
  const plain = await browser.page(plainPage);
  await plain.setInputFiles("input", clip);
  const first = { ours: [], theirs: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    await toFront(ours);
    const a = await ourFirst(ours);
    await toFront(plain);
    const b = await videoFirst(plain);
    // The first round warms both up.
    if (round > 0) first.ours.push(a), first.theirs.push(b);
  }
  say("first_frame_vs_video", median(first.ours) / median(first.theirs), `${median(first.ours).toFixed(0)} ms ÷ ${median(first.theirs).toFixed(0)} ms (<video>)`);

  const fresh = { ours: [], theirs: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const a = await oursAffirmed(browser, bundle, office.recipientPassphrase);
    const b = await theirsFresh(browser, plainPage, clip);
    if (round > 0) fresh.ours.push(a), fresh.theirs.push(b);
  }
  say("first_frame_affirmed_vs_video", median(fresh.ours) / median(fresh.theirs), `${median(fresh.ours).toFixed(0)} ms from «begin» in a new page ÷ ${median(fresh.theirs).toFixed(0)} ms (<video> in a new page)`);

  const positions = Array.from({ length: 40 }, (_, i) => 1_000_000 + ((i * 37) % 58) * 1_000_000 + 517_000);
  const seek = { ours: [], theirs: [] };
  await toFront(ours);
  for (const micros of positions) seek.ours.push(await ourSeek(ours, micros));
  await toFront(plain);
  for (const micros of positions) seek.theirs.push(await videoSeek(plain, micros));
  for (const [key, p] of [["seek_p50_vs_video", 0.5], ["seek_p95_vs_video", 0.95]]) {
    const [a, b] = [part(seek.ours, p), part(seek.theirs, p)];
    say(key, a / b, `${a.toFixed(0)} ms ÷ ${b.toFixed(0)} ms`);
  }

  await toFront(ours);
  await ourSeek(ours, 0);
  const played = await ourPlay(ours, PLAY_SECONDS);
  say("dropped_1080p30", Math.max(0, Math.round(played.seconds * 30) - played.shown), `of ${Math.round(played.seconds * 30)}; advanced ${played.advanced}`);
  await toFront(plain);
  const video = await videoPlay(plain, PLAY_SECONDS);
  say("dropped_1080p30_video", video.dropped + Math.max(0, PLAY_SECONDS * 30 - 5 - video.total), `of ${PLAY_SECONDS * 30}; presented or dropped ${video.total}`);
  await browser.context.close();

  // The size of the file must not matter.
  const small = encode(join(folder, "10mib.mp4"), "1280x720", 30, 10, "libx264", "-g", "50", "-b:v", "8M");
  const large = sparseClip(small, join(folder, "4gib.mp4"), 4 * 2 ** 30);
  const size = await firstFrames(office, folder, { small, large });
  say("first_frame_4gib_vs_10mib", size.large / size.small, `${size.large.toFixed(0)} ms ÷ ${size.small.toFixed(0)} ms`);

  // Nor may the kind of file.
  const { mp4, ...others } = await firstFrames(office, folder, { mp4: clip, ...otherKinds(clip, folder) });
  for (const [kind, ms] of Object.entries(others)) {
    say(`first_frame_${kind}_vs_mp4`, ms / mp4, `${ms.toFixed(0)} ms ÷ ${mp4.toFixed(0)} ms`);
  }

  // Nor may its length.
  const memory = {};
  for (const minutes of [1, 10]) {
    const path = encode(join(folder, `${minutes}min.mp4`), "1280x720", 15, minutes * 60, "libx264", "-g", "30", "-b:v", "1M");
    const { path: sealed } = office.seal(join(folder, `${minutes}min.fuin`), path);
    const one = await Browser.start();
    const page = await ourSide(one, sealed, office.recipientPassphrase);
    for (let i = 1; i <= 30; i++) await ourSeek(page, ((i * 7) % 30) * minutes * 2_000_000 - 1_000_000 * (i % 2) + 700_000);
    await ourPlay(page, 5);
    memory[minutes] = one.memory();
    await one.context.close();
  }
  say("memory_10min_vs_1min", memory[10] / memory[1], `${memory[10].toFixed(0)} MiB ÷ ${memory[1].toFixed(0)} MiB, all of the browser`);

  const starts = [];
  const started = await Browser.start();
  for (let round = 0; round <= ROUNDS; round++) {
    const page = await started.page(html);
    const ms = await page.evaluate(() => {
      const [entry] = performance.getEntriesByName("fuin-ready");
      return entry ? entry.startTime : performance.now();
    });
    if (round > 0) starts.push(ms);
    await page.close();
  }
  await started.context.close();
  say("start_ms", median(starts), "from file:// to the first screen");
  say("page_bytes", statSync(html).size, "fuin.html");
  const decoders = ["avc", "hevc", "mpeg2", "mpeg4"].map((name) => `${name} ${statSync(join(root, `dist/fuin_${name}_bg.wasm`)).size}`).join(", ");
  say("wasm_bytes", statSync(join(root, "dist/fuin_app_bg.wasm")).size, `unpacked, loaded at the start; only when needed, the decoders: ${decoders}`);
}
