// The recipient's side on the built page, over file://.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, describe, test } from "node:test";
import { Browser, changed, firstPicture, pick, pixels, stopCode, unlock, watch } from "./browser.mjs";
import { Office, page as html, root, run, sharedClips } from "./office.mjs";

let office, sample;
before(() => {
  office = new Office();
  sample = office.seal("sample.fuin", office.sampleClip(8), "--grant", "print");
});
after(() => office.remove());

async function plays(page, bundle, until = 12) {
  await watch(page, bundle, office.recipientPassphrase);
  const first = await pixels(page);
  await page.click("#play");
  await page.waitForFunction((n) => Number(document.querySelector("#picture-number").textContent) > n, until);
  await page.click("#play");
  await changed(page, first);
}

test("a wrong passphrase changes nothing, the right one shows the verdict and plays", async () => {
  await Browser.use(async (browser) => {
    const page = await browser.page(html);
    await pick(page, sample.path);
    await page.waitForSelector("#outside-id");
    assert.equal(await page.textContent("#outside-id"), sample.bundle_id);
    await unlock(page, "9999-9999-9999-9999");
    await page.waitForSelector(".notice.stop");
    assert.match(await page.textContent(".notice.stop"), /鍵が違います/);
    assert.equal(await page.inputValue("#passphrase"), "9999-9999-9999-9999");
    // Full-width digits and spaces are forgiven.
    await unlock(page, "１２３４ ５６７８ 9012 3456");
    await page.waitForSelector("#verdict-summary");
    assert.match(await page.textContent("#verdict-summary"), /検証できました。港区防災課が令和\d+年\d+月\d+日に封印したままの映像です/);
    assert.equal(await page.locator("canvas").count(), 0, "no picture before the undertaking was affirmed");
    await page.click("#to-undertaking");
    await page.click("#begin");
    assert.match(await page.textContent(".notice.stop"), /職氏名/);
    assert.equal(await page.locator("canvas").count(), 0);
  });
});

test("the generated clip plays, steps, seeks and ends", async () => {
  await Browser.use(async (browser) => {
    const page = await browser.page(html);
    await plays(page, sample.path);
    const number = () => page.textContent("#picture-number").then(Number);
    const shows = (wanted) => page.waitForFunction((n) => Number(document.querySelector("#picture-number").textContent) === n, wanted);
    const here = await number();
    await page.click("#step-forward");
    await shows(here + 1);
    await page.click("#step-back");
    await shows(here);
    await page.focus(".player");
    await page.keyboard.press("End");
    await shows(96);
    const end = await pixels(page);
    await page.keyboard.press("Home");
    await shows(1);
    await changed(page, end);
    await page.fill("#seek", "4000000");
    await shows(49);
    await page.keyboard.press("ArrowLeft");
    await page.click("#check-all");
    await page.waitForSelector("#checked");
  });
});

test("a check of every byte compares the container's sum as well", () => Browser.use(async (browser) => {
  // The sum of the clip's entry, in its local header and in the directory: everything else is as it was sealed.
  const bytes = readFileSync(sample.path);
  const name = "clips/1.cob";
  const places = [[bytes.indexOf(name) - 30, 14], [bytes.lastIndexOf(name) - 46, 16]];
  for (const [header, sum] of places) {
    assert.equal(bytes.toString("latin1", header, header + 2), "PK");
    bytes[header + sum] ^= 1;
  }
  writeFileSync(office.path("sum.fuin"), bytes);
  assert.equal(run("verify", office.path("sum.fuin"), "--recipient-passphrase-file", office.path("recipient.txt")).error?.code, "container_crc");
  const page = await browser.page(html);
  await watch(page, office.path("sum.fuin"), office.recipientPassphrase);
  await page.click("#check-all");
  assert.equal(await stopCode(page), "container_crc");
}));

test("the watermark is in the pixels and names recipient and bundle", async () => {
  await Browser.use(async (browser) => {
    // The same clip for another recipient differs in the mark and in nothing else.
    const other = office.write("other.toml", readFileSync(office.path("request.toml"), "utf8").replace("見本警察署", "別の警察署の見本"));
    const sealed = run("seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"), "--request", other,
      "--clip", office.sampleClip(8), "--recipient-passphrase-file", office.path("recipient.txt"), "--out", office.path("other.fuin"));
    assert.ok(sealed.ok, sealed.stderr);
    const shots = [];
    for (const bundle of [sample.path, office.path("other.fuin")]) {
      const page = await browser.page(html);
      await watch(page, bundle, office.recipientPassphrase);
      shots.push(await pixels(page));
      await page.close();
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
  });
});

describe("real clips", () => {
  for (const clip of sharedClips()) {
    const name = basename(clip);
    test(`${name} plays`, async () => {
      await Browser.use(async (browser) => {
        const page = await browser.page(html);
        const { path } = office.seal(`${name}.fuin`, clip);
        // Nothing moves in the ONVIF clips before their second sync sample.
        await plays(page, path, name.startsWith("onvif") ? 64 : 12);
        await page.focus(".player");
        await page.keyboard.press("End");
        await page.waitForFunction(() => {
          const [here, total] = document.querySelector("#clip-time").textContent.split("/").map((text) => text.trim());
          const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
          return seconds(total) - seconds(here) < 0.5;
        });
      });
    });
  }
  test("are here, or this says that they are not", { skip: sharedClips().length === 0 && "../shared/clips is not here" }, () => {
    assert.ok(sharedClips().length > 0);
  });
});

describe("a bundle outside its period", () => {
  test("has expired", async () => {
    const { path } = office.seal("short.fuin", office.sampleClip(8), "--not-after", "2030-01-01T00:00:00+09:00", "--return-due", "2029-12-31");
    await Browser.use(async (browser) => {
      const page = await browser.page(html, "", { clock: new Date("2030-01-02T00:00:00+09:00") });
      // The worker asks the page's knowledge of time; both see the later date.
      await pick(page, path);
      await unlock(page, office.recipientPassphrase);
      assert.equal(await stopCode(page), "expired");
      assert.match(await page.textContent("main"), /期間が終わりました[\s\S]*映像の鍵はつくっていません/);
      assert.equal(await page.locator("canvas").count(), 0);
    });
  });

  test("is not valid yet", async () => {
    const { path } = office.seal("later.fuin", office.sampleClip(8), "--not-before", "2030-01-01T00:00:00+09:00",
      "--not-after", "2030-02-01T00:00:00+09:00", "--return-due", "2030-02-01");
    await Browser.use(async (browser) => {
      const page = await browser.page(html);
      await pick(page, path);
      await unlock(page, office.recipientPassphrase);
      assert.equal(await stopCode(page), "not_yet_valid");
    });
  });

  test("a clock that was turned back is noticed", async () => {
    await Browser.use(async (browser) => {
      const ahead = await browser.page(html, "", { clock: new Date(Date.now() + 30 * 86400e3) });
      await pick(ahead, sample.path);
      await unlock(ahead, office.recipientPassphrase);
      await ahead.waitForSelector("#verdict-summary");
      await browser.reopen();
      const page = await browser.page(html);
      await pick(page, sample.path);
      await unlock(page, office.recipientPassphrase);
      assert.equal(await stopCode(page), "clock_backwards");
    });
  });
});

describe("one flipped byte", () => {
  const entries = () => run("inspect", sample.path).entries;
  // Every entry's place, from the directory's own arithmetic: local header 30 + name + 20.
  const places = () => {
    let at = 0;
    return Object.fromEntries(entries().map(({ name, bytes }) => {
      const data = at + 50 + name.length;
      at = data + bytes;
      return [name, { header: data - 50 - name.length, data, bytes, end: at }];
    }));
  };
  const cases = [
    ["the local header of an entry", (p) => p["undertaking.cob"].header + 4, "container_local_mismatch"],
    ["the mimetype", (p) => p.mimetype.data, "container_crc"],
    ["the public header", (p) => p["header.json"].data + 30, "container_crc"],
    ["the manifest", (p) => p["manifest.cob"].data + 100, "container_crc"],
    ["the undertaking", (p) => p["undertaking.cob"].data + 100, "container_crc"],
    ["the clip's salt", (p) => p["clips/1.cob"].data + 3, "entry_commitment"],
    ["the clip's first chunk", (p) => p["clips/1.cob"].data + 600, "entry_altered"],
    ["the directory", (p) => p["clips/1.cob"].end + 16, "container_local_mismatch"],
    ["the end record", (p) => p["clips/1.cob"].end + 427 + 56 + 20 + 8, "container_end_record"],
  ];
  for (const [where, offset, expected] of cases) {
    test(`in ${where} is refused`, async () => {
      const path = office.flipped(sample.path, "flipped.fuin", offset(places()));
      await Browser.use(async (browser) => {
        const page = await browser.page(html);
        await pick(page, path);
        if (expected.startsWith("entry_") || ["the manifest", "the undertaking"].includes(where)) {
          await unlock(page, office.recipientPassphrase);
        }
        if (expected.startsWith("entry_")) {
          await page.click("#to-undertaking");
          await page.fill("#viewer-name", "例示花子");
          await page.click("#begin");
        }
        const code = await stopCode(page);
        assert.equal(code, expected);
      });
    });
  }
});

test("a clip that is not what was signed is never seen, though all its keys are right", () => Browser.use(async (browser) => {
  const forged = office.path("forged.fuin");
  execFileSync("cargo", ["run", "--quiet", "-p", "fuin_tests", "--example", "forged_bundle", "--", office.sampleClip(4), forged], { cwd: root });
  const page = await browser.page(html);
  await page.evaluate(() => {
    const look = () => {
      if (document.querySelector("#picture")?.width > 16) globalThis.seen = true;
      requestAnimationFrame(look);
    };
    look();
  });
  await pick(page, forged);
  await unlock(page, "1234-5678-9012");
  await page.click("#to-undertaking");
  await page.fill("#viewer-name", "例示花子");
  await page.click("#begin");
  assert.equal(await stopCode(page), "segment_altered");
  assert.equal(await page.evaluate(() => globalThis.seen), undefined, "a picture was painted before it was checked");
}));

test("state survives a restart of the browser, and English is remembered", async () => {
  await Browser.use(async (browser) => {
    let page = await browser.page(html);
    await watch(page, sample.path, office.recipientPassphrase);
    await page.close();
    await browser.reopen();
    page = await browser.page(html);
    await page.waitForSelector(`text=${sample.bundle_id}`);
    await page.click("header button");
    await page.waitForSelector("text=Open sealed footage");
    await browser.reopen();
    page = await browser.page(html);
    await page.waitForSelector("text=Open sealed footage");
    assert.equal(await page.getAttribute("html", "lang"), "en");
  });
});

test("a key of this device opens what was sealed for it, and is gone after the return", async () => {
  await Browser.use(async (browser) => {
    const page = await browser.page(html);
    await page.click("details:has(#make-device-key) summary");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#make-device-key")]);
    await download.saveAs(office.path("device.json"));
    const { path } = office.seal("device.fuin", office.sampleClip(8), "--recipient-key", office.path("device.json"));
    await pick(page, path);
    await page.click("#unlock-device");
    await page.waitForSelector("#verdict-summary");
    await page.click("#to-undertaking");
    await page.fill("#viewer-name", "例示花子");
    await page.click("#begin");
    await firstPicture(page);
    await page.click("#finished");
    await page.check("input[value=erasure]");
    await page.click("#make-receipt");
    await page.waitForSelector("#erased");
    assert.match(await page.textContent("#erased"), /この端末の鍵を消しました/);
    await page.click(".actions button");
    await pick(page, path);
    assert.equal(await stopCode(page), "erased_here");
  });
});

test("the page works at phone width", async () => {
  await Browser.use(async (browser) => {
    const page = await browser.page(html);
    await watch(page, sample.path, office.recipientPassphrase);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${overflow} px too wide`);
  }, { viewport: { width: 390, height: 844 } });
});
