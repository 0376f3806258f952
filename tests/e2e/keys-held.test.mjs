// Keys that are really held: nothing that this browser stores opens anything without a passphrase, for another local page,
// for whoever copies the profile, or for a second window. F1, F2 and S1-10 of the attack and of the people at the desk.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";
import { due } from "./dates.mjs";
import { chooseOwnFolder, host } from "./hosted.mjs";
import { foundTajimi, found, passphrase, purpose, range, record } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

const scan = "%PDF-1.4 scan of a suspect's name 被疑者 見本太郎";
/** What stands in the record and must not be read by others. */
const secrets = [purpose, "見本警察署", "巡査部長 例示花子", "被疑者 見本太郎", "係長 見本"];

/** What another local page does: takes everything that this origin stores, and tries to sign and decrypt with it. */
const thief = `
  const all = [];
  const walk = (value) => {
    if (value instanceof CryptoKey) all.push({ key: value });
    else if (typeof value === "string") all.push({ text: value });
    else if (ArrayBuffer.isView(value)) all.push({ text: new TextDecoder().decode(value) });
    else if (value && typeof value === "object") Object.values(value).forEach(walk);
  };
  const request = (open) => new Promise((resolve, reject) => {
    open.onsuccess = () => resolve(open.result);
    open.onerror = () => reject(open.error);
  });
  (async () => {
    const stores = {};
    for (const { name } of await indexedDB.databases()) {
      const database = await request(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const values = await request(database.transaction(store).objectStore(store).getAll());
        stores[store] = (stores[store] ?? 0) + values.length;
        walk(values);
      }
      database.close();
    }
    const uses = [];
    for (const { key } of all.filter(({ key }) => key)) uses.push([key.algorithm.name, key.usages.join()]);
    const stolen = { stores, uses, texts: all.filter(({ text }) => text).map(({ text }) => text) };
    document.documentElement.setAttribute("data-stolen", JSON.stringify(stolen));
  })().catch((error) => document.documentElement.setAttribute("data-stolen", JSON.stringify({ error: String(error) })));
`;

/** Opens a file of the attacker in the same browser, and gives what it got. */
async function steal(browser, name, text) {
  const page = await browser.context.newPage();
  const desk = browser.pageUrl;
  browser.pageUrl = pathToFileURL(office.write(name, text)).href;
  await page.goto(browser.pageUrl);
  await page.waitForSelector("[data-stolen]", { state: "attached" });
  const stolen = JSON.parse(await page.getAttribute("[data-stolen]", "data-stolen"));
  await page.close();
  browser.pageUrl = desk;
  return stolen;
}

/** Records a request with a scan. */
async function recordWithScan(desk) {
  await desk.goTo("request");
  await desk.incoming.attachScan(office.write("scan.pdf", scan));
  await desk.incoming.hasAttached(1);
  await record(desk, { goOn: true });
}

/** All bytes of all files of the profile's databases. */
function profileBytes(browser) {
  const folder = join(browser.profile, "Default", "IndexedDB");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assert.ok(files.length > 3, "the profile has no databases");
  return Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
}

/** Whether bytes have a text as browsers write it. */
function has(bytes, text) {
  return [Buffer.from(text), Buffer.from(text, "utf16le")].some((needle) => bytes.includes(needle));
}

// SEC 1 and PKCS #8 as browsers store a P-256 key: the algorithm, and the beginning of a private key (RFC 5958, RFC 5915).
const privateKey = Buffer.from("06072a8648ce3d020106082a8648ce3d030107046d306b0201010420", "hex");

test("F1: an HTML page, an SVG and a second window in the desk's browser get no key and no word", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    await recordWithScan(desk);
    const page = `<!doctype html><script>${thief}</script>`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script><![CDATA[${thief}]]></script></svg>`;
    for (const [name, text] of [["holiday.html", page], ["photo.svg", svg]]) {
      const { stores, uses, texts } = await steal(browser, name, text);
      // The attacker reads the same database: two lines and a head, one document.
      assert.deepEqual([stores.ledger, stores.attachments], [3, 1], `${name} reads what the desk stores`);
      assert.deepEqual(uses, [], `${name} finds no key`);
      const found = secrets.filter((secret) => texts.some((text) => text.includes(secret)));
      assert.deepEqual(found, [], `${name} reads no word of the record`);
      assert.ok(texts.some((text) => text.includes("fuin-office-key/1")), "the key file is there, under its passphrase");
    }
    const second = await Desk.open(browser);
    await second.isLocked();
    for (const secret of secrets) assert.ok(!(await second.text()).includes(secret));
    await second.tryToEnter("違う合言葉です 2026");
    await second.stopped("課の合言葉が違います");
    await second.enter(passphrase);
    await second.goTo("ledger");
    assert.equal(await second.register.rows(), 1);
  }));

test("F2: a copy of the profile's files has no private key and no word of what was recorded, noted or erased", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    await recordWithScan(desk);
    await browser.reopen();
    const recorded = profileBytes(browser);
    assert.ok(has(recorded, "fuin-office-key/1"), "the office's key file is found, so words would be");
    assert.deepEqual(secrets.filter((secret) => has(recorded, secret)), []);
    const words = "この端末だけの合言葉 2026";
    const viewer = await Viewer.open(browser);
    await viewer.makeDeviceKey(words, path("device.json"));
    const { path: bundle } = office.seal("device.fuin", office.sampleClip(8), "--recipient-key", path("device.json"));
    await viewer.chooseBundle(bundle);
    await viewer.unlockWithDevice(words);
    await viewer.affirm();
    await viewer.player.picture.isPainted();
    await viewer.player.focus();
    await viewer.player.press("b");
    await viewer.player.tabs.openMarks();
    await viewer.player.tabs.hasMarks(1);
    await viewer.player.tabs.noteMark(1, "被疑者 見本太郎 入店");
    await viewer.player.finish();
    await viewer.receipt.choose("erasure");
    await viewer.receipt.alsoEraseDeviceKey();
    await viewer.receipt.report("erasure", { method: "この端末から消去" });
    await viewer.receipt.erased();
    await viewer.receipt.dismiss();
    await browser.reopen();
    const bytes = profileBytes(browser);
    assert.ok(has(bytes, "この端末から消去"), "the kept report is found, so notes would be");
    assert.ok(!bytes.includes(privateKey), "no private key");
    assert.ok(!has(bytes, "被疑者 見本太郎"), "no note, and no scan");
    assert.ok(!has(bytes, words) && !has(bytes, passphrase));
  }));

test("an idle desk locks itself, says so before, and keeps what was typed in the request", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    await record(desk);
    const { page } = desk;
    await page.clock.install();
    await desk.reopen(passphrase);
    await desk.goTo("request");
    await desk.incoming.fill({ organization: "甲警察署", purpose: "捜査", ...range, due });
    await page.clock.fastForward("14:10");
    await desk.locksSoon();
    await page.clock.fastForward("01:00");
    await desk.isLocked();
    assert.ok(!(await desk.text()).includes("甲警察署"));
    await desk.enter(passphrase);
    await desk.goTo("request");
    assert.equal(await desk.incoming.typed("organization"), "甲警察署");
    // Whoever works is not locked out.
    await page.clock.fastForward("14:30");
    await desk.press("Tab");
    await page.clock.fastForward("14:00");
    assert.equal(await desk.incoming.typed("purpose"), "捜査");
    await desk.lock();
    await desk.isLocked();
  }));

test("an idle viewer locks itself, and asks for the key again", () => Browser.use(async (browser) => {
  const bundle = office.seal("idle.fuin", office.sampleClip(8)).path;
  const viewer = await Viewer.open(browser);
  const { page } = viewer;
  await page.clock.install();
  await viewer.watch(bundle, office.recipientPassphrase);
  await viewer.player.picture.isNumbered();
  await page.clock.fastForward("30:10");
  await viewer.wasLocked();
  assert.equal(await viewer.player.cameras.canvases(), 0);
  // Nothing is lost; only this test's worker has another clock than its page.
  await viewer.unlock(office.recipientPassphrase);
  await viewer.verdict();
}));

test("S1-10: who works here is asked, shown, changed, remembered, and stands in the record", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    assert.match(await desk.worker(), /いま：係長 見本/);
    await desk.changeWho("主任 乙");
    await record(desk);
    await desk.goTo("ledger");
    await desk.register.openFirst();
    assert.match((await desk.case.timeline()).join(), /主任 乙/);
    await desk.reopen(passphrase);
    assert.match(await desk.worker(), /主任 乙/);
    // Another day asks again, with the name that was there; nothing is recorded before.
    const { page } = desk;
    await page.clock.setFixedTime(new Date(Date.now() + 86400e3));
    await desk.reload();
    await desk.tryToEnter(passphrase);
    assert.equal(await desk.asksWho(), "主任 乙");
    await desk.goTo("settings");
    await desk.settings.saveRoles();
    await desk.stopped("いまこの端末を使う人が分かりません");
    await desk.worksHere();
    await desk.settings.saveRoles();
    await desk.told("役割を記録しました");
  }));

test("a desk that is a file says what it cannot do; one with an address has nothing to say", async () => {
  const hosted = await host();
  await Browser.use(async (browser) => {
    const desk = await Desk.open(browser, { address: hosted.address });
    await chooseOwnFolder(desk);
    await foundTajimi(desk, path("hosted.key"));
    await desk.goTo("settings");
    assert.equal(await desk.fileWarnings(), 0);
  });
  await Browser.use(async (browser) => {
    const desk = await Desk.open(browser);
    await desk.isReady();
    assert.equal(await desk.fileWarnings(), 1);
  });
  hosted.close();
});
