// Review and decision at the desk: what is half said, footage outside the range, a grant taken back, footage that is
// only watched at the office.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage, today, wareki } from "./dates.mjs";
import { found, grant, record, review } from "./journeys.mjs";
import { Office } from "./office.mjs";

const office = new Office();
after(() => office.remove());

test("what is half said is not recorded; footage outside the range is noticed; a decision can be taken back", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "minato");
    await record(desk);
    await desk.case.noteUndertaking({ on: today });
    await desk.case.recordReview();
    await desk.case.reviewIsStopped();
    await review(desk, { undertaking: true });
    await grant(desk, "防災課長");
    await desk.case.chooseClips(office.sampleClip(4));
    await desk.case.knowsClip();
    await desk.case.setClipStart(`${footage}T22:00`);
    await desk.case.clipIsOutside();
    // The camera's clock ran an hour ahead: then it is inside.
    await desk.case.setClockError("3600");
    await desk.case.clipIsInside();
    await desk.case.openWithdrawal();
    await desk.case.refuse();
    await desk.case.decisionIsStopped();
    await desk.case.decideAs("防災課長");
    await desk.case.giveReason("申請が取り下げられた");
    await desk.case.refuse();
    await desk.case.becomes("提供不可");
    assert.equal((await desk.case.timeline()).length, 4);
  }));

test("footage that was only watched at the office has its day in the register, and is counted", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "midori");
    await desk.goTo("request");
    await desk.incoming.chooseMethod("画像閲覧");
    await record(desk, { goOn: true });
    await review(desk);
    await grant(desk, "危機管理課長");
    await desk.case.canBeProvided();
    assert.equal(await desk.case.sealForms(), 0, "nothing is sealed for who only watches");
    await desk.case.describeProvision({ on: `${today}T00:00`, place: "" });
    await desk.case.provide();
    await desk.case.provisionIsStopped();
    await desk.case.describeProvision({ place: "庁舎3階、係長立会" });
    await desk.case.provide();
    await desk.told("閲覧等による提供を記録しました");
    assert.equal(await desk.case.state(), "閲覧等で提供済");
    await desk.goTo("forms");
    await desk.papers.print("midori-2", [wareki(today), "☑画像閲覧", "☐データ提供"], { landscape: true });
    await desk.papers.print("yearly", ["画像データの提供0件", "閲覧等の提供1件"]);
  }));
