// A browser that ends in the middle of something, or works in two tabs: what was recorded stays, and nothing stays by
// half.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { due } from "./dates.mjs";
import {
  close, confirmByCode, found, grant, passphrase, range, record, reported, review, seal, takeOver,
} from "./journeys.mjs";
import { Office, root } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";
import { framesPass, loseDatabase, settingIsStored } from "./stored.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

test("two tabs cannot fork the ledger", () => Browser.use(async (browser) => {
  const one = await found(browser, "tajimi");
  const two = await Desk.open(browser);
  await two.enter(passphrase);
  await record(one, { number: "一" });
  await two.toFront();
  await two.goTo("request");
  await two.incoming.fill({ organization: "甲警察署", person: "乙次郎", purpose: "c", camera: "d", ...range, due });
  await two.incoming.record();
  assert.match(await two.stopNotice(), /ほかの|別の/);
  // What was typed is still there, and the second try goes behind the first tab's line.
  assert.equal(await two.incoming.typed("organization"), "甲警察署");
  await two.incoming.record();
  await two.case.isInReview();
  await two.goTo("ledger");
  assert.equal(await two.register.rows(), 2);
}));

test("a browser that is killed in the middle of sealing leaves no half bundle, and the desk goes on", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    await record(desk);
    await grant(desk, "管理責任者");
    const long = office.longClip(300 * 2 ** 20);
    await desk.case.chooseClips(long);
    await desk.case.beginSealing();
    await desk.case.hasSealed(2e7);
    await browser.kill();
    const again = await Desk.open(browser);
    await again.saveAsDownloads();
    await again.enter(passphrase);
    await again.hasSomethingToSeal();
    await again.openFirstToSeal();
    assert.equal(await again.case.state(), "提供待ち");
    // Cancelling leaves it where it was; then it is sealed after all.
    await again.case.chooseClips(long);
    await again.case.beginSealing();
    await again.case.cancelSealing();
    await again.case.sealsNothing();
    assert.equal(await again.case.state(), "提供待ち");
    await again.reload();
    await again.saveAsDownloads();
    await again.enter(passphrase);
    await again.openFirstToSeal();
    const { bundle, words } = await seal(again, office.sampleClip(4), path);
    assert.ok(office.verify(bundle, words).ok);
  }));

test("a browser that is killed after every step has everything that was recorded, and nothing half", () =>
  Browser.use(async (browser) => {
    let desk = await Desk.open(browser);
    // Killed while it is being founded, there is no office, or a whole one.
    for (const setting of ["office-founding", "office-key"]) {
      if ((await desk.foundingForms()) === 0) break;
      await desk.describeOffice({ name: "港区防災課", contact: "03-0000-0000", passphrase });
      await desk.chooseRules("minato");
      await desk.beginToFound();
      // As soon as this much of it is stored.
      await settingIsStored(desk, setting);
      await browser.kill();
      desk = await Desk.open(browser);
      // The page says that it works as long as it reads.
      await desk.isReady();
    }
    if ((await desk.foundingForms()) > 0) desk = await found(browser, "minato");
    else await desk.enter(passphrase);
    const again = async () => {
      await browser.kill();
      desk = await Desk.open(browser);
      await desk.saveAsDownloads();
      await desk.enter(passphrase);
      assert.equal(await desk.faultCount(), 0);
    };
    const open = async (state, events) => {
      await desk.goTo("ledger");
      await desk.register.openFirst();
      assert.equal(await desk.case.state(), state);
      assert.equal((await desk.case.timeline()).length, events);
    };
    await again();
    await record(desk);
    await again();
    await open("審査待ち", 1);
    await review(desk, { undertaking: true });
    await again();
    await open("審査待ち", 2);
    assert.deepEqual(await desk.case.blocking(), []);
    await grant(desk, "防災課長");
    await desk.case.canBeSealed();
    await again();
    await open("提供待ち", 3);
    const { bundle, words, id } = await seal(desk, office.sampleClip(4), path);
    await again();
    await open("封印済", 4);
    // The passphrase went with the page, as it said; the paper that was printed has it.
    assert.equal(await desk.papers.buttons("passphrase"), 0);
    await confirmByCode(desk, id, await reported(browser, bundle, words, "erasure"));
    await again();
    await open("消去済", 5);
    await desk.goTo("confirm");
    await close(desk, "異常なし");
    await again();
    await open("完了", 6);
  }));

/** A ledger of years, of an office that this browser takes over: where it is, and how many events it has. */
function years(count) {
  const ledger = path("years.jsonl");
  const example = ["run", "--quiet", "--example", "make_ledger", "--"];
  const made = execFileSync("cargo", [...example, path("office/office.key"), path("office.txt"), String(count)],
    { cwd: root, maxBuffer: 2 ** 28 });
  writeFileSync(ledger, made);
  return { ledger, total: made.toString().trim().split("\n").length - 1 };
}

test("how far a ledger is read is seen; called off, it is not taken over, and once more it is", () =>
  Browser.use(async (browser) => {
    const { ledger, total } = years(2400);
    const desk = await takeOver(browser, office);
    await desk.goTo("settings");
    await desk.settings.importLedger(ledger);
    const { done, lines } = await desk.settings.readSoFar();
    assert.ok(done > 0 && done < total && lines === total, `${done} of ${lines}`);
    await desk.settings.stopReading();
    assert.match(await desk.stopNotice(), /中止しました.*何も記録していません/s);
    assert.equal(await desk.settings.eventCount(), 0);
    await desk.settings.importLedger(ledger);
    await desk.told();
    assert.equal(await desk.settings.eventCount(), total);
  }));

test("a browser that is killed in the middle of an import has all of it or nothing", async () => {
  const { ledger, total } = years(800);
  // A little later each time, counted in frames of the page. Each in a profile of its own: a Chromium that was killed
  // in the middle of a long write may throw its database away when it starts for the second time after it.
  for (const frames of [1, 3]) {
    await Browser.use(async (browser) => {
      let desk = await takeOver(browser, office);
      const count = () => desk.settings.eventCount();
      await desk.goTo("settings");
      await desk.settings.importLedger(ledger);
      await desk.settings.ledgerIsRead();
      await framesPass(desk, frames);
      await browser.kill();
      desk = await Desk.open(browser);
      await desk.enter(office.passphrase);
      await desk.goTo("settings");
      assert.ok([0, total].includes(await count()), `${await count()} of ${total} events`);
      assert.equal(await desk.faultCount(), 0);
      if ((await count()) === 0) {
        await desk.settings.importLedger(ledger);
        await desk.told();
      }
      assert.equal(await count(), total);
    });
  }
});

test("a browser that lost its database says which office was there, and takes it over again", () =>
  Browser.use(async (browser) => {
    let desk = await Desk.open(browser);
    assert.equal(await desk.lostOffice(), null);
    await desk.takeOver(path("office/office.key"), office.passphrase);
    await desk.worksHere();
    await loseDatabase(desk);
    await desk.reload();
    assert.match(await desk.lostOffice(), /「港区防災課」の記録が見つかりません.*引き継ぐ/s);
    await desk.takeOver(path("office/office.key"), office.passphrase);
    await desk.worksHere();
    await desk.reload();
    await desk.isLocked();
    assert.equal(await desk.lostOffice(), null);
  }));
