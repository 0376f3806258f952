// Exactness: every picture of every way of writing a video is shown exactly once, in order, forward and back.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Browser, watch } from "./browser.mjs";
import { corpus, stepThrough } from "./corpus.mjs";
import { Office, page as html } from "./office.mjs";

const folder = corpus();
// Refused, or looked at in player.test.mjs.
const elsewhere = ["audio-only.mp4", "mpeg4.mp4", "torn.mp4", "torn-last-group.mp4", "hevc-damaged.mp4", "spoiled-key.mp4", "ten-minutes.mp4"];
const shape = {
  "odd-size.mp4": { width: 318, height: 238 },
  "vp9-odd.mp4": { width: 319, height: 239 },
  "rotated-90.mp4": { turn: 90 },
  "rotated-180.mp4": { turn: 180 },
};

let office, browser;
before(async () => {
  office = new Office();
  browser = await Browser.start();
});
after(async () => {
  office.remove();
  await browser.finish();
});

for (const name of readdirSync(folder).filter((name) => !elsewhere.includes(name) && !name.startsWith("."))) {
  test(`${name}: all pictures, forward and back`, async () => {
    const page = await browser.page(html);
    const { path } = office.seal(`${name}.fuin`, join(folder, name));
    await watch(page, path, office.recipientPassphrase);
    const total = await stepThrough(page, shape[name]);
    assert.ok(name === "cut-off.mp4" ? total > 40 && total < 90 : total === 90, `${total} pictures`);
    assert.equal(await page.locator("#lost").count(), 0, "pictures were lost");
    await page.close();
  });
}
