// The reviewer's tools: speeds, loops, going to places, looks, bookmarks, stills, sound, several cameras, and what happens when
// the worker hangs or the period ends.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Browser, changed, difference, firstPicture, pick, pixels, stopCode, unlock, watch } from "./browser.mjs";
import { corpus, pictureCount, readMarker, shows } from "./corpus.mjs";
import { Office, page as html, run } from "./office.mjs";

let office, clips;
before(() => {
  office = new Office();
  clips = corpus();
});
after(() => office.remove());

const file = (name) => join(clips, name);
const bundles = new Map();
/** Sealed once for all tests. */
function sealed(name, ...options) {
  const key = [name, ...options].join(" ");
  if (!bundles.has(key)) bundles.set(key, office.seal(`${bundles.size}.fuin`, file(name), ...options));
  return bundles.get(key).path;
}

/** Sealed with these cameras: the file of each, its name, and what its clock showed. */
function sealedCameras(name, cameras) {
  const clips = cameras.map(({ file, camera, startsAt, error }) => `
[[clip]]
file = "${file}"
camera = "${camera}"
starts_at = "2026-11-18T${startsAt}+09:00"
clock_error_secs = ${error}
`);
  office.write("cameras.toml", readFileSync(office.path("request.toml"), "utf8").replace(/\[\[clip\]\][\s\S]*$/, "") + clips.join(""));
  const made = run("seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"), "--request", office.path("cameras.toml"),
    ...cameras.flatMap((camera) => ["--clip", file(camera.file)]), "--recipient-passphrase-file", office.path("recipient.txt"), "--out", office.path(name));
  assert.ok(made.ok, made.stderr);
  return office.path(name);
}

/** Saves what is shown; gives the picture's file and its facts. */
async function takeStill(page) {
  const downloads = [];
  const take = (download) => downloads.push(download);
  page.on("download", take);
  await page.click("#still");
  await page.waitForFunction(() => /保存しました/.test(document.querySelector("#player-status").textContent));
  while (downloads.length < 2) await page.waitForEvent("download");
  page.off("download", take);
  for (const kind of ["png", "json"]) {
    await downloads.find((download) => download.suggestedFilename().endsWith(kind)).saveAs(office.path(`still.${kind}`));
  }
  return { bytes: readFileSync(office.path("still.png")), facts: JSON.parse(readFileSync(office.path("still.json"), "utf8")) };
}

/** Works on the player of one bundle. */
function playing(bundle, work, options) {
  return Browser.use(async (browser) => {
    const page = await browser.page(html);
    await watch(page, bundle, office.recipientPassphrase);
    await page.waitForFunction(() => document.querySelector("#picture-number").textContent !== "");
    await page.focus(".player");
    await work(page, browser);
  }, options);
}

const number = (page) => page.textContent("#picture-number").then(Number);
const badge = (page, name) => page.waitForSelector(`[data-badge=${name}]`);
const micros = (page) => page.inputValue("#seek").then(Number);

describe("moving in time", () => {
  test("playing begins without passing over a picture", async () => {
    const counts = [];
    // A busy machine may be late once; what begins wrongly is late every time.
    while (counts.length < 3 && counts.at(-1) !== 0) {
      await playing(sealed("moov-first.mp4"), async (page) => {
        await page.keyboard.press("Space");
        await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) > 10);
        await page.keyboard.press("Space");
        await page.waitForFunction(() => document.querySelector("#play").textContent === "再生");
        counts.push(await page.evaluate(() => Number(document.querySelector("#passed-over")?.textContent ?? 0)));
      });
    }
    assert.equal(counts.at(-1), 0, `passed over: ${counts}`);
  });

  test("play, pause, seek, ends, and the list of keys", () => playing(sealed("moov-first.mp4"), async (page) => {
    await page.keyboard.press("Space");
    await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) > 10);
    await page.keyboard.press("Space");
    await page.waitForFunction(() => document.querySelector("#play").textContent === "再生");
    await page.keyboard.press("End");
    await shows(page, 90);
    await page.keyboard.press("ArrowLeft");
    // Five seconds back from 6.0 s.
    await shows(page, 16);
    await page.keyboard.press("Home");
    await shows(page, 1);
    await page.keyboard.press("?");
    await page.waitForSelector("dialog#keys[open]");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog#keys", { state: "hidden" });
  }));

  test("to a picture, a time, the camera's clock; nonsense is named", () => playing(sealed("b-frames.mp4"), async (page) => {
    await page.click(".more summary");
    const go = async (kind, text) => {
      await page.selectOption("#go-kind", kind);
      await page.fill("#go-text", text);
      await page.click("#go");
    };
    await go("picture", "４２");
    await shows(page, 42);
    await go("elapsed", "0:02");
    await shows(page, 31);
    await go("elapsed", "5.4");
    await shows(page, 82);
    await go("clock", "21:00:03");
    // The example request names another file, so this clip has no clock.
    await page.waitForSelector("#go-text[aria-invalid=true]");
    assert.match(await page.textContent("#go-help"), /読み取れません/);
    await go("picture", "90");
    await shows(page, 90);
    for (const [kind, text] of [["picture", "９９９"], ["elapsed", "6.5"]]) {
      await go(kind, text);
      await page.waitForSelector("#go-text[aria-invalid=true]");
      await shows(page, 90);
      await go("picture", "90");
      await page.waitForSelector("#go-text[aria-invalid=false]");
    }
  }));

  test("every speed runs at its speed, backwards too", () => playing(sealed("gop-1.mp4"), async (page) => {
    for (const [speed, least, most] of [["0.5", 0.3, 0.62], ["1", 0.7, 1.2], ["2", 1.3, 2.4]]) {
      await page.keyboard.press("Home");
      await shows(page, 1);
      await page.selectOption("#speed", speed);
      await page.click("#play");
      await page.waitForFunction(() => Number(document.querySelector("#seek").value) > 200_000);
      const measured = await page.evaluate(() => {
        const at = () => [performance.now(), Number(document.querySelector("#seek").value)];
        const [ms, micros] = at();
        return new Promise((resolve) => {
          const look = () => {
            const [now, here] = at();
            if (here - micros > 900_000) resolve((here - micros) / 1000 / (now - ms));
            else requestAnimationFrame(look);
          };
          look();
        });
      });
      assert.ok(measured > least && measured < most, `${speed}×: ${measured.toFixed(2)}`);
      await page.click("#play");
    }
    await page.focus(".player");
    await page.keyboard.press("End");
    await shows(page, 90);
    await page.keyboard.press("j");
    await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) < 60);
    await page.keyboard.press("k");
    await page.waitForFunction(() => document.querySelector("#play").textContent === "再生");
    const here = await number(page);
    await shows(page, here);
    // L twice: double speed; sixteen times shows key pictures and says so.
    await page.keyboard.press("Home");
    await page.keyboard.press("l");
    await page.keyboard.press("l");
    await page.waitForFunction(() => /2倍速/.test(document.querySelector("#speed-now").textContent));
    await page.keyboard.press("l");
    await badge(page, "keys-only");
  }));

  test("a stretch is repeated", () => playing(sealed("moov-first.mp4"), async (page) => {
    await page.fill("#seek", "1000000");
    await shows(page, 16);
    await page.focus(".player");
    await page.keyboard.press("[");
    await page.fill("#seek", "2000000");
    await shows(page, 31);
    await page.focus(".player");
    await page.keyboard.press("]");
    await page.waitForSelector(".lane-marks .repeat");
    await page.evaluate(() => {
      globalThis.numbers = [];
      new MutationObserver(() => numbers.push(Number(document.querySelector("#picture-number").textContent)))
        .observe(document.querySelector("#picture-number"), { childList: true, characterData: true, subtree: true });
    });
    await page.click("#play");
    // Round it goes: a later number is followed by the first of the stretch, twice.
    await page.waitForFunction(() => numbers.filter((n, i) => i > 0 && n < numbers[i - 1]).length >= 3, null, { timeout: 30_000 });
    const seen = await page.evaluate(() => numbers);
    assert.ok(seen.every((n) => n >= 16 && n <= 32), String(seen));
  }));
});

describe("what is said about pictures", () => {
  test("a gap in the footage is on the bar and beside the picture", () => playing(sealed("gap.mp4"), async (page) => {
    await page.waitForSelector(".lane-marks .gap");
    await page.fill("#seek", "5000000");
    await shows(page, 45);
    await badge(page, "in-gap");
    assert.match(await page.textContent("#clip-notes"), /1 か所/);
  }));

  test("facts of the picture and of the clip", () => playing(sealed("b-frames.mp4"), async (page) => {
    assert.match(await page.textContent("#kind"), /キーフレーム/);
    const kinds = new Set();
    for (let n = 1; n < 10; n++) {
      await page.keyboard.press(".");
      await shows(page, n + 1);
      kinds.add((await page.textContent("#kind")).trim());
    }
    assert.deepEqual([...kinds].sort(), ["B", "P"]);
    assert.match(await page.textContent("#pts"), /9216 \/ 15360（0:00:00.600）/);
    const sha = createHash("sha256").update(readFileSync(file("b-frames.mp4"))).digest("hex");
    assert.ok((await page.textContent("#tab-panel")).includes(sha));
  }));

  for (const [name, note] of [["cut-off.mp4", /末尾が欠けています/], ["edit-list.mp4", /編集リストで省かれた \d+ コマ/], ["interlaced.mp4", /インターレース/], ["hvc1.mp4", /ソフトウェアで復号/]]) {
    test(`${name} says what it is`, () => playing(sealed(name), async (page) => {
      assert.match(await page.textContent("#clip-notes"), note);
    }));
  }

  for (const [name, code] of [["audio-only.mp4", "media_no_video"], ["mpeg4.mp4", "media_codec"]]) {
    test(`${name} is refused by name`, () => Browser.use(async (browser) => {
      const page = await browser.page(html);
      await pick(page, sealed(name));
      await unlock(page, office.recipientPassphrase);
      await page.click("#to-undertaking");
      await page.fill("#viewer-name", "例示花子");
      await page.click("#begin");
      assert.equal(await stopCode(page), code);
    }));
  }

  test("pixels of another shape are shown in their shape, and the page says so", () => playing(sealed("wide-pixels.mp4"), async (page) => {
    await badge(page, "stretched");
    const box = await page.locator("#picture").boundingBox();
    const { width, height } = await pixels(page);
    assert.equal(width, 320);
    const stretched = box.width / box.height / (width / height);
    assert.ok(Math.abs(stretched - 4 / 3) < 0.02, String(stretched));
  }));
});

test("a torn picture is not shown, nor what depends on it; both are said", () => playing(sealed("torn.mp4"), async (page) => {
  await page.click(".more summary");
  const go = async (picture) => {
    await page.fill("#go-text", String(picture));
    await page.click("#go");
  };
  await go(61);
  await shows(page, 61);
  await go(50);
  await badge(page, "stands-in");
  assert.ok(Number(await page.textContent("#lost")) > 0);
  const stand = await page.textContent("[data-badge=stands-in]");
  const [, other] = stand.match(/コマ 50 は復号できません。コマ (\d+) を表示しています/);
  // What stands in is an earlier picture of the group, and a true one.
  assert.ok(Number(other) < 42 && Number(other) >= 35, stand);
  await shows(page, 50, Number(other) - 1);
  await go(75);
  await shows(page, 75);
}));

test("a last group that cannot begin: the nearest picture before it stands in", () => playing(sealed("torn-last-group.mp4"), async (page) => {
  await page.keyboard.press("End");
  await badge(page, "stands-in");
  await shows(page, 90, 59);
  await page.keyboard.press("Home");
  await shows(page, 1);
}));

test("damaged H.265 is not filled with grey: nothing is shown until the next key picture", () => playing(sealed("hevc-damaged.mp4"), async (page) => {
  await page.click(".more summary");
  for (const [picture, seen] of [[40, 40], [41, 40], [50, 40], [60, 40], [61, 61], [75, 75]]) {
    await page.fill("#go-text", String(picture));
    await page.click("#go");
    await shows(page, picture, seen - 1);
  }
  await page.fill("#go-text", "45");
  await page.click("#go");
  await badge(page, "stands-in");
  assert.equal(await page.textContent("#lost"), "20");
}));

test("a key picture on which the decoder fails costs its group, and nothing else", () => playing(sealed("spoiled-key.mp4"), async (page) => {
  await page.click(".more summary");
  for (const [picture, seen] of [[30, 30], [45, 30], [61, 61], [75, 75]]) {
    await page.fill("#go-text", String(picture));
    await page.click("#go");
    await shows(page, picture, seen - 1);
  }
}));

test("H.265 of full range looks as it does elsewhere", () => {
  // Both in one bundle: the marks on them are the same.
  const both = office.seal("range.fuin", [file("upright.mp4"), file("hevc-full-range.mp4")]);
  return playing(both.path, async (page) => {
    const seen = [];
    for (const clip of ["0", "1"]) {
      if (clip !== "0") await page.selectOption("#choose-clip", clip);
      await firstPicture(page);
      await shows(page, 1);
      seen.push(await pixels(page));
    }
    const apart = difference(...seen);
    assert.ok(apart < 3, `${apart.toFixed(1)} of 255 apart`);
  });
});

test("where decoding is too slow, key pictures take over, which is said; step by step every picture is still there", async () => {
  // H.265 in software, asked for 120 pictures a second: more than any computer gives.
  const heavy = office.path("heavy.mp4");
  execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=2560x1440:r=60:d=8", "-vf", "noise=alls=12:allf=t", "-c:v", "libx265", "-preset", "ultrafast",
    "-x265-params", "log-level=error:keyint=30:bframes=0", "-pix_fmt", "yuv420p", "-tag:v", "hvc1", heavy]);
  await playing(office.seal("heavy.fuin", heavy).path, async (page) => {
    await badge(page, "software");
    await page.selectOption("#speed", "2");
    await page.click("#play");
    await page.waitForFunction(() => document.querySelector("[data-badge=keys-only]")?.textContent.includes("追いつかない"), null, { timeout: 30_000 });
    // What is on its way still comes; then only pictures with which decoding can start: 1, 31, 61…
    await page.evaluate(() => new Promise((resolve) => {
      let before = null;
      const picture = document.querySelector("#picture-number");
      const observer = new MutationObserver(() => {
        const now = Number(picture.textContent);
        if (before !== null && now - before === 30 && now % 30 === 1) { observer.disconnect(); resolve(); }
        before = now;
      });
      observer.observe(picture, { childList: true, characterData: true, subtree: true });
    }));
    await page.click("#play");
    await page.focus(".player");
    await page.keyboard.press("Home");
    await shows(page, 1, null);
    for (let n = 2; n <= 5; n++) {
      await page.keyboard.press(".");
      await shows(page, n, null);
    }
    assert.equal(await page.locator("[data-badge=keys-only]").count(), 0);
  });
});

test("ten minutes: the end is as near as the beginning", () => playing(sealed("ten-minutes.mp4"), async (page) => {
  assert.equal(await pictureCount(page), 1200);
  await page.keyboard.press("End");
  await shows(page, 1200, 1199 % 1024);
  await page.keyboard.press(",");
  await shows(page, 1199, 1198 % 1024);
  await page.fill("#seek", "299600000");
  await shows(page, 600);
  await page.focus(".player");
  await page.keyboard.press("Home");
  await shows(page, 1);
}));

describe("the look", () => {
  test("zoom, pan, tones: said, exact, and taken back", () => playing(sealed("upright.mp4"), async (page) => {
    const plain = await pixels(page);
    await page.click("#tab-tones");
    await page.fill("#look-brightness", "0.2");
    await badge(page, "adjusted");
    const brighter = await page.waitForFunction(() => {
      const picture = document.querySelector("#picture");
      const copy = new OffscreenCanvas(picture.width, picture.height);
      const context = copy.getContext("2d");
      context.drawImage(picture, 0, 0);
      // Right of the blocks, above the first row of letters.
      const [red] = context.getImageData(300, 4, 1, 1).data;
      return globalThis.last === red ? red : ((globalThis.last = red), false);
    }).then((handle) => handle.jsonValue());
    const before = plain.data[(4 * plain.width + 300) * 4];
    const expected = Math.round(Math.min(before / 255 + 0.2, 1) * 255);
    assert.ok(Math.abs(brighter - expected) <= 1, `${before} became ${brighter}, not ${expected}`);
    await page.click("#look-reset");
    await page.focus(".player");
    for (let i = 0; i < 4; i++) await page.keyboard.press("+");
    await badge(page, "zoomed");
    for (let i = 0; i < 8; i++) await page.keyboard.press("Shift+ArrowLeft");
    for (let i = 0; i < 8; i++) await page.keyboard.press("Shift+ArrowUp");
    await changed(page, plain);
    await page.keyboard.press("0");
    await page.waitForSelector("[data-badge=zoomed]", { state: "detached" });
    await page.waitForSelector("[data-badge=adjusted]", { state: "detached" });
    const until = Date.now() + 10_000;
    while (difference(plain, await pixels(page)) >= 0.5) assert.ok(Date.now() < until, "the plain look did not come back");
  }));

  test("full screen keeps picture and marks", () => playing(sealed("upright.mp4"), async (page) => {
    await page.keyboard.press("f");
    await page.waitForFunction(() => document.fullscreenElement?.classList.contains("player"));
    assert.equal(await page.evaluate(() => document.fullscreenElement.querySelectorAll("canvas#picture").length), 1);
    await page.keyboard.press(".");
    await shows(page, 2);
    await page.keyboard.press("f");
    await page.waitForFunction(() => document.fullscreenElement === null);
  }));
});

test("bookmarks stay with the bundle and leave as a list", () => playing(sealed("upright.mp4"), async (page, browser) => {
  await page.fill("#seek", "1000000");
  await shows(page, 16);
  await page.focus(".player");
  await page.keyboard.press("b");
  await page.fill("#seek", "3000000");
  await shows(page, 46);
  await page.click("#tab-marks");
  await page.click("#add-mark");
  await page.waitForFunction(() => document.querySelectorAll("#marks li").length === 2);
  await page.locator(".mark-note").nth(1).fill("=赤い車, 左折");
  await page.locator(".mark-note").nth(1).blur();
  await page.locator(".go-mark").first().click();
  await shows(page, 16);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#export-marks")]);
  await saved.saveAs(office.path("marks.csv"));
  const rows = readFileSync(office.path("marks.csv"), "utf8");
  assert.ok(rows.startsWith("\uFEFF番号,カメラ,"), rows);
  assert.match(rows, /\r\n2,[^\r]*,46,0:00:03\.000,[^\r]*"'=赤い車, 左折"\r\n/);
  await page.close();
  const again = await browser.page(html);
  await watch(again, sealed("upright.mp4"), office.recipientPassphrase);
  await again.click("#tab-marks");
  await again.waitForFunction(() => document.querySelectorAll("#marks li").length === 2);
}));

describe("stills", () => {
  test("without the grant there is none", () => playing(sealed("upright.mp4"), async (page) => {
    assert.equal(await page.locator("#still").count(), 0);
    const downloads = [];
    page.on("download", (download) => downloads.push(download));
    await page.keyboard.press("s");
    await page.waitForFunction(() => /許可されていません/.test(document.querySelector("#player-status").textContent));
    assert.equal(downloads.length, 0);
    // Neither by the context menu nor by dragging.
    const kept = await page.evaluate(() => document.querySelector("#picture").dispatchEvent(new MouseEvent("contextmenu", { cancelable: true, bubbles: true })));
    assert.equal(kept, false);
    assert.equal(await page.getAttribute("#picture", "draggable"), "false");
  }));

  test("with it, the picture leaves marked, described and logged", () => playing(sealed("upright.mp4", "--grant", "still"), async (page) => {
    await page.fill("#seek", "2000000");
    await shows(page, 31);
    const { bytes, facts } = await takeStill(page);
    assert.equal(bytes.subarray(1, 4).toString(), "PNG");
    assert.equal(facts.png_sha256, createHash("sha256").update(bytes).digest("hex"));
    assert.equal(facts.clip_sha256, createHash("sha256").update(readFileSync(file("upright.mp4"))).digest("hex"));
    assert.equal(facts.picture, 31);
    assert.equal(facts.taken_by, "巡査部長 例示花子");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [facts.width, facts.height]);
    const canvas = await pixels(page);
    assert.ok(facts.height > canvas.height, "a strip of facts stands below");
    await page.click("#tab-log");
    assert.ok((await page.textContent("#stills")).includes(facts.png_sha256));
  }));
});

test("clocks count from the first picture that the clip shows, wherever its time line begins", async () => {
  for (const [name, picture, clock] of [
    // Its pictures begin two seconds after its sound.
    ["late-picture.mp4", 1, "21:00:00"],
    // Its edit list leaves out what was cut; whoever looks at that sees an earlier time.
    ["edit-list.mp4", 20, "21:00:00"],
    ["moov-first.mp4", 31, "21:00:02"],
  ]) {
    const bundle = sealedCameras(`clock-${name}.fuin`, [{ file: name, camera: "東口", startsAt: "21:00:00", error: 60 }]);
    await playing(bundle, async (page) => {
      if (name === "edit-list.mp4") await page.fill("#seek", "1");
      else if (picture > 1) await page.fill("#seek", "2000000");
      await page.waitForFunction((clock) => document.querySelector(".camera-clock").textContent.includes(clock), clock);
      await page.waitForFunction(() => document.querySelector(".true-time").textContent.includes("20:59:"));
      // And back from the clock to the picture.
      const before = await number(page);
      await page.locator(".more summary").click();
      await page.selectOption("#go-kind", "clock");
      await page.fill("#go-text", "21:00:03");
      await page.click("#go");
      await page.waitForFunction(() => document.querySelector(".camera-clock").textContent.includes("21:00:03"));
      await page.fill("#go-text", clock);
      await page.click("#go");
      await page.waitForFunction((before) => Number(document.querySelector("#picture-number").textContent) === before, before);
    });
  }
});

test("whoever affirms next is named in the marks, and what another window has logged stays in the log", () => Browser.use(async (browser) => {
  const bundle = sealed("upright.mp4", "--grant", "still");
  const one = await browser.page(html);
  const two = await browser.page(html);
  // The second window has read its record before the first one logs anything.
  await pick(two, bundle);
  await two.waitForSelector("#passphrase");
  await watch(one, bundle, office.recipientPassphrase, "巡査 例示一郎");
  await one.waitForSelector("#still");
  const { facts: first } = await takeStill(one);
  assert.equal(first.taken_by, "巡査 例示一郎");
  // Somebody else goes on in the same window.
  await one.click("#finished");
  await one.locator("button.quiet", { hasText: "戻る" }).click();
  await one.click("#to-undertaking");
  await one.fill("#viewer-name", "警部 例示次郎");
  await one.click("#begin");
  await firstPicture(one);
  assert.equal((await takeStill(one)).facts.taken_by, "警部 例示次郎");
  await unlock(two, office.recipientPassphrase);
  await two.click("#to-undertaking");
  await two.fill("#viewer-name", "巡査部長 例示花子");
  await two.click("#begin");
  await firstPicture(two);
  const { facts: second } = await takeStill(two);
  assert.equal(second.taken_by, "巡査部長 例示花子");
  await two.click("#tab-log");
  const log = await two.textContent("#stills");
  assert.ok(log.includes(first.png_sha256) && log.includes(second.png_sha256), "both stills are in the log");
}));

describe("sound", () => {
  for (const name of ["aac.mp4", "g711-a.mov", "g711-mu.mov", "pcm.mov"]) {
    test(`${name} is heard, as its tone and at its time`, () => Browser.use(async (browser) => {
      const page = await browser.page(html);
      // Listens in on the loudspeaker: what is scheduled, when, and what it sounds like.
      await page.evaluate(() => {
        globalThis.heard = [];
        const start = AudioBufferSourceNode.prototype.start;
        AudioBufferSourceNode.prototype.start = function (when) {
          const samples = this.buffer.getChannelData(0);
          let crossings = 0;
          for (let i = 1; i < samples.length; i++) if (samples[i - 1] < 0 !== samples[i] < 0) crossings++;
          heard.push({ when, duration: this.buffer.duration, crossings });
          return start.call(this, when);
        };
      });
      await watch(page, sealed(name), office.recipientPassphrase);
      await page.click("#play");
      await page.waitForFunction(() => heard.reduce((sum, piece) => sum + piece.duration, 0) > 2);
      const pieces = await page.evaluate(() => heard);
      const seconds = pieces.reduce((sum, piece) => sum + piece.duration, 0);
      const hertz = pieces.reduce((sum, piece) => sum + piece.crossings, 0) / 2 / seconds;
      assert.ok(Math.abs(hertz - 440) < 25, `${hertz.toFixed(0)} Hz`);
      for (let i = 1; i < pieces.length; i++) {
        const gap = pieces[i].when - pieces[i - 1].when - pieces[i - 1].duration;
        assert.ok(Math.abs(gap) < 0.005, `a gap of ${gap} s`);
      }
      await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) > 15);
      await page.click("#mute");
      assert.equal(await page.getAttribute("#mute", "aria-pressed"), "true");
      // Away from normal speed there is silence: nothing more is scheduled.
      await page.selectOption("#speed", "0.5");
      await page.waitForFunction(() => {
        const same = globalThis.before === heard.length;
        globalThis.before = heard.length;
        return same;
      }, null, { polling: 700 });
      assert.equal((await page.textContent("#player-status")).trim(), "");
    }));
  }
});

describe("several cameras", () => {
  test("stand side by side on one time line, each in its place", async () => {
    // The second camera's clock is 3 s ahead; it began 2 s later by its clock, so 1 s earlier in truth.
    const two = sealedCameras("two.fuin", [
      { file: "moov-first.mp4", camera: "東口", startsAt: "21:00:00", error: 0 },
      { file: "b-frames.mp4", camera: "西口", startsAt: "21:00:02", error: 3 },
    ]);
    await playing(two, async (page) => {
      await page.selectOption("#choose-clip", "all");
      await page.waitForFunction(() => document.querySelectorAll(".stage canvas").length === 2);
      await page.waitForFunction(() => document.querySelector("#seek").max === "7000000");
      // A line on the bar for each, with the time when it has no pictures.
      await page.waitForFunction(() => document.querySelectorAll(".lane-marks:has(.gap)").length === 2);
      // Which one the buttons and keys mean is chosen by its number, and said.
      await page.focus(".player");
      for (const [key, name] of [["2", "西口"], ["1", "東口"]]) {
        await page.keyboard.press(key);
        await page.waitForSelector(`.view:nth-child(${key}).focused`);
        await page.waitForFunction((name) => document.querySelector("#player-status").textContent.includes(name), name);
      }
      // From the very beginning: the first camera is dark, then it begins, and nothing waits for it.
      await page.waitForSelector(".view:first-child [data-badge=hidden]");
      await page.waitForFunction(() => document.querySelector("#picture-1").width > 16);
      await page.click("#play");
      await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) > 12, null, { timeout: 10_000 });
      assert.equal(await page.locator("[data-badge=keys-only]").count(), 0, "no camera kept the others waiting");
      await page.click("#play");
      // At 2.0 s of the time line: the first camera at its 1.0 s, the second at its 2.0 s.
      await page.fill("#seek", "2000000");
      await shows(page, 16, 15);
      await page.waitForFunction(() => document.querySelector("#picture-1").width > 16);
      const second = () => readMarker(page, { id: "picture-1" });
      await page.waitForFunction(() => globalThis.readMarker({ id: "picture-1" }) === 30);
      assert.equal(await second(), 30);
      // A step of one moves both.
      await page.focus(".player");
      await page.keyboard.press(".");
      await shows(page, 17, 16);
      await page.waitForFunction(() => globalThis.readMarker({ id: "picture-1" }) === 31);
      // Before the first camera began it is dark, and says so.
      await page.fill("#seek", "500000");
      await badge(page, "hidden");
      await page.waitForFunction(() => globalThis.readMarker({ id: "picture-1" }) === 7);
      // At 6.5 s the second camera has ended; back to a time when it had not, and it is there again. Likewise the first.
      await page.fill("#seek", "6500000");
      await page.waitForSelector(".view:nth-child(2) [data-badge=hidden]");
      await page.fill("#seek", "2000000");
      await page.waitForFunction(() => globalThis.readMarker({ id: "picture-1" }) === 30);
      await page.fill("#seek", "500000");
      await page.waitForSelector(".view:first-child [data-badge=hidden]");
      await page.selectOption("#speed", "0.5");
      await page.click("#play");
      await page.waitForSelector(".view:first-child [data-badge=hidden]", { state: "detached" });
      await page.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) > 5);
      await page.click("#play");
      await page.waitForFunction(() => {
        const said = Number(document.querySelector("#picture-number").textContent);
        return said > 5 && globalThis.readMarker({}) === said - 1;
      });
      assert.equal(await page.locator(".view:first-child [data-badge=hidden]").count(), 0);
      // Backwards into the time of a camera that is out of sight.
      await page.fill("#seek", "6500000");
      await page.waitForSelector(".view:nth-child(2) [data-badge=hidden]");
      await page.focus(".player");
      await page.keyboard.press("j");
      await page.waitForFunction(() => {
        const marker = globalThis.readMarker({ id: "picture-1" });
        return marker > 40 && marker < 90;
      });
      await page.keyboard.press("k");
      const clocks = await page.locator(".true-time, .view:first-child .camera-clock").allTextContents();
      assert.ok(clocks.length >= 2, String(clocks));
    });
  });
  test("the clip that was chosen last is shown, however slowly another comes", async () => {
    const { path } = office.seal("three.fuin", ["fragmented.mp4", "b-frames.mp4", "two-tracks.mp4"].map(file));
    await playing(path, async (page) => {
      // Every choice is made before anything of the one before is there.
      await page.evaluate(() => {
        for (const value of ["2", "0", "all", "1"]) {
          const select = document.querySelector("#choose-clip");
          select.value = value;
          select.dispatchEvent(new Event("change", { bubbles: true }));
        }
      });
      await page.focus(".player");
      await page.keyboard.press("End");
      await shows(page, 90);
      assert.equal(await page.locator(".stage canvas").count(), 1);
      assert.equal(await page.inputValue("#choose-clip"), "1");
      assert.ok((await page.textContent("#tab-panel")).includes("b-frames.mp4"));
      // A bookmark leads to its picture in its clip, even out of another.
      await page.keyboard.press("b");
      await page.selectOption("#choose-clip", { value: "0" });
      await shows(page, 1);
      await page.click("#tab-marks");
      await page.click(".go-mark");
      await shows(page, 90);
      assert.equal(await page.inputValue("#choose-clip"), "1");
    });
  });

  test("two tracks in one clip can be chosen", () => playing(sealed("two-tracks.mp4"), async (page) => {
    await page.selectOption("#choose-track", { value: "1" });
    await shows(page, 1, 0, { flip: true });
    await page.focus(".player");
    await page.keyboard.press("End");
    await shows(page, 90, 89, { flip: true });
  }));
});

test("a worker that hangs is replaced, says so, and goes on where it was", () => Browser.use(async (browser) => {
  const page = await browser.page(html);
  await watch(page, sealed("upright.mp4"), office.recipientPassphrase);
  await page.fill("#seek", "4000000");
  await shows(page, 61);
  const [worker] = page.workers();
  // Never comes back.
  worker.evaluate(() => { for (;;); }).catch(() => {});
  await page.waitForSelector("#restarted");
  await unlock(page, office.recipientPassphrase);
  await page.click("#to-undertaking");
  await page.click("#begin");
  await firstPicture(page);
  await shows(page, 61);
}));

test("a decoder in software that never answers is given up, which is said", () => Browser.use(async (browser) => {
  const page = await browser.page(html);
  // What the page gives the decoder's worker, and with it the channel, gets lost: whoever waits at its other end waits for ever.
  await page.evaluate(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      if (!message?.packed) return post.call(this, message, ...rest);
    };
  });
  await pick(page, sealed("hvc1.mp4"));
  await unlock(page, office.recipientPassphrase);
  await page.click("#to-undertaking");
  await page.fill("#viewer-name", "巡査部長 例示花子");
  await page.click("#begin");
  await badge(page, "waiting");
  assert.equal(await stopCode(page), "decoder_failed");
}));

test("the picture goes when the period ends, even while nobody touches anything", async () => {
  const end = new Date(Date.now() + 25_000 + 9 * 3600e3).toISOString().slice(0, 19) + "+09:00";
  const { path } = office.seal("ending.fuin", file("upright.mp4"), "--not-after", end, "--return-due", end.slice(0, 10));
  await Browser.use(async (browser) => {
    const page = await browser.page(html);
    await watch(page, path, office.recipientPassphrase);
    await shows(page, 1);
    assert.equal(await stopCode(page), "expired");
    assert.equal(await page.locator("canvas").count(), 0);
  });
});

test("one key picture of each stretch stands on the bar, marked", () => playing(sealed("gop-1.mp4"), async (page) => {
  await page.waitForFunction(() => {
    const strip = document.querySelector("canvas.strip");
    if (!strip) return false;
    const copy = new OffscreenCanvas(strip.width, strip.height);
    const context = copy.getContext("2d");
    context.drawImage(strip, 0, 0);
    // Every one of the twelve tiles is painted.
    return [...Array(12).keys()].every((n) => {
      const { data } = context.getImageData(n * 100 + 20, 10, 60, 40);
      return data.some((value, i) => i % 4 < 3 && value > 40);
    });
  });
}));

test("works at phone width", () => playing(sealed("upright.mp4"), async (page) => {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px too wide`);
  const small = await page.evaluate(() => [...document.querySelectorAll("button, select, summary, #seek")]
    .filter((element) => element.offsetParent && element.getBoundingClientRect().height < 43.5).map((element) => element.id || element.textContent));
  assert.deepEqual(small, [], "targets are at least 44 px high");
  assert.ok((await pictureCount(page)) === 90 && (await micros(page)) === 0);
}, { viewport: { width: 390, height: 844 } }));

test("says when the picture is scaled, also after the window has changed", () => playing(sealed("upright.mp4"), async (page) => {
  assert.equal(await page.locator("[data-badge=scaled]").count(), 0);
  await page.setViewportSize({ width: 300, height: 700 });
  await badge(page, "scaled");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.waitForSelector("[data-badge=scaled]", { state: "detached" });
}));
