// Practice at the desk: it has everything, and touches nothing real.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { close, confirmByCode, found, grant, passphrase, record, reported, review } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());

test("practice goes through both sides, with a clip of its own and codes that work", () =>
  Browser.use(async (browser) => {
    const desk = await Desk.open(browser, { practice: true });
    await desk.saveAsDownloads();
    await desk.practise();
    await desk.hasSomethingOverdue();
    assert.equal(await desk.steps(), "☐☐☐☐☐");
    await accessible(desk, "the guide to the practice");
    await desk.openToReview();
    await desk.case.isInReview();
    await review(desk);
    await grant(desk, "課長（練習）");
    await desk.case.useSampleClip();
    await desk.case.knowsClip();
    await desk.case.showsGlimpses(2);
    const { bundle, id } = await desk.case.sealChosen(office.path("practice.fuin"));
    await desk.handsOver();
    const words = await desk.papers.readPassphrase();
    await desk.goTo("today");
    assert.equal(await desk.steps(), "☑☑☐☐☐");
    const code = await reported(browser, bundle, words, "return");
    await confirmByCode(desk, id, code);
    await desk.goTo("today");
    assert.equal(await desk.steps(), "☑☑☑☑☐");
    await desk.goTo("confirm");
    await close(desk, "USB-07 を受け取った");
    await desk.goTo("today");
    assert.equal(await desk.steps(), "☑☑☑☑☑");
  }));

test("practice has everything, is marked everywhere, never mixes with real data, and is thrown away", () =>
  Browser.use(async (browser) => {
    const real = await found(browser, "tajimi");
    await record(real, { number: "本番" });
    const desk = await Desk.open(browser, { practice: true });
    await desk.isPractice();
    await desk.practise();
    await desk.hasSomethingOverdue();
    assert.equal(await desk.toSealCount(), 1);
    assert.equal(await desk.overdueCount(), 1);
    await accessible(desk, "practice");
    await desk.goTo("forms");
    // The requests came twenty days ago, which may have been in another 年度.
    const fiscalYear = (day) => day.getFullYear() - (day.getMonth() < 3);
    const [now, then] = [new Date(), new Date(Date.now() - 20 * 86_400_000)];
    assert.equal(await desk.papers.plotted("月ごとの申請"), fiscalYear(now) === fiscalYear(then) ? 4 : 0);
    await desk.papers.print("midori-2", ["練習", "様式第2号"], { landscape: true });
    await desk.goTo("ledger");
    assert.equal(await desk.register.rows(), 4);
    assert.ok(!(await desk.register.text()).includes("本番"));
    await real.toFront();
    await real.reopen(passphrase);
    await real.goTo("ledger");
    assert.equal(await real.register.rows(), 1);
    assert.equal(await real.practiceCount(), 0);
    await desk.toFront();
    await desk.throwPracticeAway();
    await desk.offersPractice();
    // The way back is a new page of the real desk.
    await desk.leavePractice();
    await desk.enter(passphrase);
    await desk.goTo("ledger");
    assert.equal(await desk.register.rows(), 1);
  }));
