// 操作説明書: both manuals open beside what is open, offline, with their pictures, and print on A4.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { page as file } from "./office.mjs";
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

test("a page that comes in slowly waits for the rest of itself", (t) => Browser.use(async (browser) => {
  const html = readFileSync(file);
  const split = html.indexOf('<script id="fuin-manual-recipient"');
  let send;
  const server = createServer((asked, answer) => {
    if (asked.url !== "/") return answer.writeHead(404).end();
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).write(html.subarray(0, split));
    send = () => answer.end(html.subarray(split));
  }).listen(0, "127.0.0.1");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  browser.server = `http://127.0.0.1:${server.address().port}/`;
  const page = await browser.context.newPage();
  await page.goto(`${browser.server}#manual-recipient`, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.fuinModule);
  // Two pictures later it would have begun.
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  assert.equal(await page.locator("#app > *").count(), 0);
  send();
  await page.waitForSelector("#sheet h1");
}));
