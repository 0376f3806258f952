// 課の名称・連絡先の変更 at the desk: the same office under the same key, after a reload and at another PC.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { found, passphrase } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());

test("an office is renamed, stays the same after a reload, and another PC follows with its ledger", async () => {
  await Browser.use(async (browser) => {
    const desk = await found(browser, "minato", office.path("before.key"));
    await desk.goTo("settings");
    const before = await desk.settings.exportLedger(office.path("before.jsonl"));
    assert.ok(before);
    await desk.settings.rename({ name: "港区危機管理課", contact: "03-1111-1111" });
    await desk.told("変えました");
    await desk.mentions("港区危機管理課");
    await desk.reopen(passphrase);
    await desk.goTo("settings");
    await desk.mentions("03-1111-1111");
    await desk.settings.exportLedger(office.path("after.jsonl"));
  });
  await Browser.use(async (browser) => {
    const desk = await Desk.open(browser);
    await desk.takeOver(office.path("before.key"), passphrase);
    await desk.worksHere();
    await desk.goTo("settings");
    await desk.settings.importLedger(office.path("after.jsonl"));
    await desk.mentions("港区危機管理課");
  });
});
