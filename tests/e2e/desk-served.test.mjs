// `fuin desk`: the desk at an address of its own, which only this PC's own browser reaches, and whose storage no other page
// reads.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";
import { foundTajimi, grant, passphrase, record, seal } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";
import { freePort } from "./port.mjs";
import { ask, refusals, start as startCommand } from "./served.mjs";

const office = new Office();
after(() => office.remove());

/** Starts the desk. */
const start = (port) => startCommand("desk", "--port", String(port));

test("it serves one page to this PC's browser and to nobody else", async () => {
  const desk = await start(await freePort());
  const { url } = desk;
  assert.equal(url.hostname, "127.0.0.1");
  assert.match(url.pathname, /^\/[\w-]{22}\/$/);
  const page = await ask(url);
  assert.equal(page.status, 200);
  assert.match(page.text, /^<!doctype html>/i);
  assert.equal(page.headers["x-frame-options"], "DENY");
  assert.equal(page.headers["content-security-policy"], "frame-ancestors 'none'");
  assert.equal(page.headers["cross-origin-opener-policy"], "same-origin");
  for (const [what, options, status] of refusals(url)) {
    const answer = await ask(url, options);
    assert.equal(answer.status, status, what);
    assert.ok(!answer.text.includes("<html"), what);
  }
  const taken = run("desk", "--no-browser", "--port", url.port);
  assert.equal(taken.error.code, "desk_port_taken");
  await desk.end();
});

test("what it keeps is found after a new start, and by no file and no other port", () => Browser.use(async (browser) => {
  const port = await freePort();
  const first = await start(port);
  const desk = await Desk.open(browser, { address: first.url.href.replace("#office", "") });
  await desk.saveAsDownloads();
  await foundTajimi(desk, office.path("served.key"));
  await record(desk);
  assert.equal(await desk.fileWarnings(), 0);
  // S1-12: the cover letter has the hash of the viewer that `fuin viewer` writes, which this page is.
  await grant(desk, "管理責任者");
  await seal(desk, office.sampleClip(4), (name) => office.path(name));
  const { sha256 } = run("viewer", "--out", office.path("fuin.html"));
  await desk.papers.print("cover", ["ビューアの", sha256]);
  // A file of this PC does not even see that there is something.
  const file = pathToFileURL(office.write("holiday.html", "<!doctype html><title>holiday</title>")).href;
  const own = browser.pageUrl;
  browser.pageUrl = file;
  const page = await browser.context.newPage();
  await page.goto(file);
  assert.deepEqual(await page.evaluate(() => indexedDB.databases()), []);
  await page.close();
  browser.pageUrl = own;
  await desk.close();
  await first.end();
  const second = await start(port);
  assert.notEqual(second.url.pathname, first.url.pathname);
  const again = await Desk.open(browser, { address: second.url.href.replace("#office", "") });
  await again.enter(passphrase);
  await again.goTo("ledger");
  assert.equal(await again.register.rows(), 1);
  await second.end();
}));
