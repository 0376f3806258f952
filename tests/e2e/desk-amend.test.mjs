// What a city corrects and narrows: a partial grant, corrections, a withdrawal, a mistaken report, reports that are
// handed in, letters and the books of a year.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { due, footage, wareki } from "./dates.mjs";
import { found, grant, record, review, seal } from "./journeys.mjs";
import { Office } from "./office.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

test("less is provided than was asked for, and every paper says what", () => Browser.use(async (browser) => {
  const desk = await found(browser, "minato");
  const { amendments, papers } = desk;
  await record(desk);
  assert.match(await amendments.footageLeft(), /7条1項/);
  await amendments.keepFootage(due, "防災課長");
  await desk.told("記録しました");
  await review(desk, { undertaking: true });
  await amendments.provideOnly(`${footage}T21:00`, `${footage}T21:05`);
  await amendments.permit("still");
  await grant(desk, "防災課長");
  // 一部可 says why.
  await desk.stopNotice();
  await desk.case.giveReason("犯行の前後に限る");
  await desk.case.grant();
  await desk.case.canBeSealed();
  assert.equal(await amendments.permitted(), "静止画の保存");
  const facts = await amendments.facts();
  for (const words of ["一部可", "犯行の前後に限る", "21:05まで", "必要性の審査：", "署長 見本一郎", "03-0000-0000"]) {
    assert.ok(facts.includes(words), `${words} in ${facts}`);
  }
  // A clip of another hour stops before anything is written.
  await desk.case.chooseClips(office.sampleClip(4));
  await desk.case.knowsClip();
  await desk.case.setClipStart(`${footage}T21:20`);
  await desk.case.clipIsOutside();
  await desk.case.beginSealing();
  await desk.keyboardGoesTo("clip-starts-0");
  assert.match(await desk.wrongWords("clip-starts-0"), /提供を決めた範囲の外です/);
  await desk.case.setClipStart(`${footage}T21:01`);
  await desk.case.clipIsInside();
  const { id } = await desk.case.sealChosen(path);
  const real = `${wareki(footage)}21:01:00から`;
  await papers.print("cover", ["提供する画像の範囲", "21:05まで", real, id]);
  await papers.print("minato-2", [real, "港区長様"]);
}));

test("a request is corrected, withdrawn, opened again; a mistaken report is taken back", () => Browser.use(async (browser) => {
  const desk = await found(browser, "tajimi");
  const { amendments } = desk;
  await record(desk);
  await amendments.openCorrection();
  await desk.incoming.fill({ organization: "見本中央警察署" });
  await amendments.correct("誤記", "主事 見本");
  await desk.told("訂正を記録しました");
  await amendments.factsSay("機関名「見本警察署」→「見本中央警察署」");
  await amendments.because("withdraw", "解決した", "例示花子");
  await desk.case.becomes("取下げ");
  await amendments.because("reopen", "再度の求めがあった", "課長");
  await desk.case.becomes("審査待ち");
  await review(desk);
  await grant(desk, "課長");
  await desk.case.canBeSealed();
  await seal(desk, office.sampleClip(4), path);
  // Nothing is chosen beforehand: a report that nobody chose is not recorded.
  await amendments.reportByWord("", "電話");
  await desk.stopNotice();
  assert.equal(await desk.case.state(), "封印済");
  await amendments.reportByWord("return", "電話、例示花子");
  await desk.case.becomes("返却済");
  await amendments.takeBackLast("受領書の誤り", "係長");
  await desk.case.becomes("封印済");
  await amendments.hasStruck("返却");
  await amendments.reportByWord("delivery", "窓口");
  await desk.case.becomes("受領済");
  // The register and its book say what the request says now.
  await desk.goTo("forms");
  const [row] = await amendments.bookRows(1);
  for (const words of ["見本中央警察署", "訂正 機関名", "受領済"]) assert.ok(row.includes(words), `${words} in ${row}`);
  await amendments.saveBook(path("book.csv"));
  const csv = readFileSync(path("book.csv"), "utf8");
  assert.match(csv, /^\uFEFF受付番号,申請受付日,/);
  assert.match(csv, /見本中央警察署/);
  await desk.papers.print("book", ["画像提供記録簿", "tajimiの提供元", "受領済"], { landscape: true });
}));

test("who decided is corrected after sealing, and letters say what the office wants them to say", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    const { amendments, settings } = desk;
    await record(desk);
    await grant(desk, "管理責任者");
    const { id } = await seal(desk, office.sampleClip(4), path("text.fuin"));
    await desk.case.correctDecision({ by: "自治会長", reason: "誤記", who: "書記" });
    await desk.told("訂正を記録しました");
    await amendments.factsSay("決定者「管理責任者」→「自治会長」（書記 誤記）");
    const usual = await amendments.chooseLetter("answer");
    await desk.goTo("settings");
    assert.equal(await settings.chooseText("answer"), "｛照会｝、下記のとおり｛提供するもの｝提供します。\n\n記\n\n｛一覧｝\n\n問合せ先　｛問合せ先｝");
    assert.match(await settings.places(), /｛管理番号｝/);
    await settings.setText("｛電話｝");
    await desk.stopped("使えない差し込みです：｛電話｝");
    await settings.setText("｛管理番号｝をお渡しします。\n\n記\n\n｛一覧｝");
    await desk.told("文例を記録しました");
    await desk.goTo("ledger");
    await desk.register.openFirst();
    assert.match(await amendments.chooseLetter("answer"), new RegExp(`^${id}をお渡しします。\n\n記\n\n1　提供する画像の範囲`));
    await desk.goTo("settings");
    await settings.chooseText("answer");
    await settings.usualText();
    await desk.told("文例を記録しました");
    await settings.textIs("｛照会｝、下記のとおり｛提供するもの｝提供します。\n\n記\n\n｛一覧｝\n\n問合せ先　｛問合せ先｝");
    await desk.goTo("ledger");
    await desk.register.openFirst();
    assert.equal(await amendments.chooseLetter("answer"), usual);
  }));

test("reports that are owed wait on the list of the day; a letter is printed again as it was issued", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "minato");
    const { amendments, papers } = desk;
    await record(desk);
    await review(desk, { undertaking: true });
    await grant(desk, "防災課長");
    await desk.case.canBeSealed();
    await seal(desk, office.sampleClip(4), path);
    await amendments.reportByWord("delivery", "窓口");
    await desk.case.becomes("受領済");
    const body = await amendments.chooseLetter("answer");
    assert.match(body, /刑捜第.*で照会のありました件について、下記のとおり画像を提供します/);
    await amendments.issue(`${body}\n\nなお、写しを添えます。`, "8港防第9号");
    await amendments.showIssued();
    await papers.sheet.appears();
    const printed = await papers.sheet.print("letter");
    for (const words of ["8港防第9号", "（公印省略）", "なお、写しを添えます。", "記"]) {
      assert.ok(printed.text.includes(words.replaceAll(/\s/g, "")), `${words} in ${printed.text}`);
    }
    await desk.goTo("today");
    await amendments.owes(1);
    assert.match((await amendments.owed())[0], /提供報告書/);
    await amendments.handIn("hand-in-disclosure-1");
    await amendments.owes(0);
    // Nothing is typed twice.
    await desk.goTo("request");
    assert.equal(await amendments.chooseKnown(1), "見本警察署");
    assert.deepEqual(await amendments.offeredCameras(), ["正面出入口 1番"]);
  }));
