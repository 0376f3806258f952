// 監査: the desk is opened to be looked at; everything can be read and printed, and nothing recorded.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { found, grant, passphrase, record, review, seal } from "./journeys.mjs";
import { Office } from "./office.mjs";

const office = new Office();
after(() => office.remove());

test("an auditor reads and prints everything, records nothing, and cannot leave that without the passphrase", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "minato");
    await record(desk);
    await review(desk, { undertaking: true });
    await grant(desk, "防災課長");
    await desk.case.canBeSealed();
    await seal(desk, office.sampleClip(4), office.path("a.fuin"));
    await desk.goTo("settings");
    const events = await desk.settings.eventCount();
    await desk.lookOn();
    assert.deepEqual(await desk.parts(), ["today", "ledger", "forms", "settings"]);
    await accessible(desk, "O1");
    assert.deepEqual(await desk.recorders(), []);
    await desk.goTo("ledger");
    await desk.register.openFirst();
    await desk.mentions("刑捜第");
    assert.deepEqual(await desk.recorders(), [], "a case");
    assert.ok((await desk.case.timeline()).length >= 4);
    await accessible(desk, "O6");
    await desk.papers.print("minato-2", ["第2号様式"]);
    await desk.goTo("forms");
    assert.deepEqual(await desk.recorders(), [], "forms");
    await desk.amendments.bookRows(1);
    await desk.goTo("settings");
    assert.deepEqual(await desk.recorders(), [], "settings");
    await desk.mentions("規程");
    await desk.lock();
    await desk.isLocked();
    await desk.enter(passphrase);
    await desk.goTo("settings");
    assert.equal(await desk.settings.eventCount(), events, "nothing was recorded");
  }));
