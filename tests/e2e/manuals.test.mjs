// 操作説明書: both manuals open beside what is open, offline, with their pictures, and print on A4.
import assert from "node:assert/strict";
import { test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { Desk } from "./pages/desk.mjs";
import { Part } from "./pages/part.mjs";
import { Sheet } from "./pages/sheet.mjs";
import { Viewer } from "./pages/viewer.mjs";

for (const [name, door, says, pictures] of [
  ["recipient", Viewer, ["封印ファイルを選ぶ", "返却・消去を報告する", "困ったとき"], 7],
  ["clerk", Desk, ["申請を受け付ける", "必要な範囲だけを切り出す", "年度の締め", "困ったとき"], 9],
]) {
  test(`the manual for the ${name} opens in a page of its own, and prints`, () => Browser.use(async (browser) => {
    const { page } = await door.open(browser);
    const opened = browser.context.waitForEvent("page");
    await page.click("#manual");
    const manual = await opened;
    const sheet = new Sheet(manual);
    await manual.waitForSelector("#sheet h1");
    await manual.waitForFunction((count) => {
      const all = [...document.querySelectorAll("#sheet img")];
      return all.length === count && all.every((image) => image.complete && image.naturalWidth > 800);
    }, pictures);
    await accessible(new Part(manual), `the manual for the ${name}`);
    const printed = await sheet.print(`manual-${name}`);
    for (const words of says) assert.ok(printed.text.includes(words.replaceAll(/\s/g, "")), words);
    assert.equal(printed.images, pictures);
    assert.ok(printed.pages >= 3 && printed.pages <= 8, `${printed.pages} pages`);
    // What was open stays.
    assert.equal(await page.isVisible("#sheet"), false);
  }));
}
