// A whole year of each city: requests of every kind, a correction, less than was asked for, an extension, a lost medium,
// a withdrawal, a refusal, footage that is watched, 3月31日 → 4月1日, the yearly report and the end of the year. Every
// paper is compared with the one that is stored; FUIN_BLESS=1 stores what is printed now.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { found, onPaper, passphrase, review } from "./journeys.mjs";
import { Office, root } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());

const [summer, lastDay, newYear] = ["2026-06-10T10:15:00+09:00", "2027-03-31T16:30:00+09:00", "2027-04-01T09:05:00+09:00"];
const day = (time) => time.slice(0, 10);

/** The grounds of each city with a legal basis of each; the first is that of the police. */
const cities = {
  tajimi: [
    ["investigation", "CCP_197_2"], ["statute", "CCP_218"], ["emergency", "EMERGENCY"], ["consent", "SUBJECT_CONSENT"],
    ["subject_request", "SUBJECT_REQUEST"],
  ],
  fujisawa: [
    ["ordinance_12_1", "CCP_197_2"], ["ordinance_12_1_4", "CCP_197_2"], ["ordinance_12_2", "ATTORNEY_ACT_23_2"],
    ["ordinance_12_2_4", "OTHER"],
  ],
  minato: [["investigation", "CCP_197_2"], ["statute", "CIVPRO_226"], ["emergency", "EMERGENCY"]],
  midori: [
    ["investigation", "CCP_197_2"], ["statute", "CIVPRO_223"], ["emergency", "EMERGENCY"], ["public_duty", "OTHER"],
    ["consent", "SUBJECT_CONSENT"],
  ],
  asahikawa: [["investigation", "CCP_197_2"], ["statute", "CCP_102_2"], ["emergency", "EMERGENCY"]],
};

/** The papers of one city, as they are and as they are stored. */
class Stored {
  constructor(city) {
    this.city = city;
    this.path = join(root, "tests/e2e/years", `${city}.txt`);
    this.papers = new Map();
  }

  /** Takes in what is shown and prints on so many pages. What is drawn at random is not compared. */
  async take(desk, name) {
    const { sheet } = desk.papers;
    await sheet.appears();
    const lines = await sheet.lines();
    const { pages, landscape } = await sheet.print(`${this.city}-year-${name}`);
    const known = lines
      .replaceAll(/(R\d+-\d{4})-[0-9A-Z]{4}/g, "$1-____")
      .replaceAll(/\b[0-9a-f]{64}\b/g, "（SHA-256）")
      .replaceAll(/SHA-256 [0-9a-f]{8}…/g, "SHA-256 （先頭8桁）")
      .replaceAll(/[ぁ-ん]{3}( [ぁ-ん]{3}){5}/g, "（確認の言葉）")
      .replaceAll(/[ \t\u00A0]+/g, " ").replaceAll(/ ?\n\s*/g, "\n").trim();
    assert.ok(!this.papers.has(name), `${name} was taken in before`);
    this.papers.set(name, `${landscape ? "A4横" : "A4縦"} ${pages}枚\n${known}`);
  }

  /** Compares, paper by paper. */
  compare() {
    const text = [...this.papers].map(([name, said]) => `=== ${name}\n${said}\n`).join("\n");
    if (process.env.FUIN_BLESS) {
      mkdirSync(join(this.path, ".."), { recursive: true });
      writeFileSync(this.path, text);
    }
    const stored = readFileSync(this.path, "utf8").split(/^=== /m).slice(1).map((part) => part.trim());
    const now = text.split(/^=== /m).slice(1).map((part) => part.trim());
    for (const [n, paper] of now.entries()) assert.equal(paper, stored[n]);
    assert.equal(now.length, stored.length, "no paper is missing");
  }
}

/** Records the request with this number, received on the day of `time`, and answers what the city asks. */
async function receive(desk, [ground, basis], number, time) {
  await desk.goTo("request");
  const footage = new Date(Date.parse(time) - 2 * 86400e3).toISOString().slice(0, 10);
  const due = new Date(Date.parse(time) + 60 * 86400e3).toISOString().slice(0, 10);
  await desk.incoming.fill({
    ...onPaper, received: day(time), documentNumber: `刑捜第${number}号`, documentDate: day(time), due,
    from: `${footage}T21:00`, to: `${footage}T21:30`, mediumNumber: `USB-0${number}`, basisDetail: "",
  });
  await desk.incoming.chooseGround(ground, basis);
  await desk.incoming.fill({ basisDetail: `例示の条項 第${number}` });
  await desk.incoming.record();
  await desk.case.isInReview();
  await review(desk, { undertaking: true, on: day(time) });
  return footage;
}

async function grant(desk) {
  await desk.case.decideAs("課長");
  await desk.case.grant();
}

async function seal(desk, footage) {
  await desk.case.canBeSealed();
  await desk.case.chooseClips(office.sampleClip(4));
  await desk.case.knowsClip();
  await desk.case.setClipStart(`${footage}T21:01`);
  return (await desk.case.sealChosen((name) => office.path(name))).id;
}

/** A letter is issued as it was written, and printed as it was issued. */
async function letter(desk, stored, kind, number) {
  const { amendments } = desk;
  await amendments.issue(await amendments.chooseLetter(kind), number);
  await amendments.showIssued();
  await stored.take(desk, `letter-${kind}`);
}

/** All that becomes of a request that is provided: papers, extension, return, and the check of its medium. */
async function wholeLife(desk, stored, ground) {
  const footage = await receive(desk, ground, 1, summer);
  await grant(desk);
  const id = await seal(desk, footage);
  for (const name of ["cover", "delivery", "return", "undertaking"]) {
    await desk.papers.open(name);
    await stored.take(desk, name);
  }
  for (const name of ["midori-1", "minato-2"]) {
    if (!(await desk.papers.buttons(name))) continue;
    await desk.papers.open(name);
    await stored.take(desk, name);
  }
  await letter(desk, stored, "answer", "第1号");
  await desk.amendments.reportByWord("delivery", "窓口");
  await desk.case.becomes("受領済");
  await desk.case.extend("2026-09-30");
  await letter(desk, stored, "reminder", "第2号");
  await desk.amendments.reportByWord("return", "郵送");
  await desk.case.becomes("返却済");
  await desk.goTo("confirm");
  await desk.confirmation.chooseCase(id);
  await desk.confirmation.closeCase("USB-01 返却、内容を消去");
  await desk.told("完了にしました");
}

/** Corrected, and less than was asked for; the medium is lost, which is an incident. */
async function lostMedium(desk, stored, ground) {
  const { amendments } = desk;
  const footage = await receive(desk, ground, 2, summer);
  await amendments.openCorrection();
  await desk.incoming.fill({ organization: "見本中央警察署" });
  await amendments.correct("誤記", "主事 見本");
  await desk.told("訂正を記録しました");
  await amendments.provideOnly(`${footage}T21:00`, `${footage}T21:10`);
  await desk.case.giveReason("犯行の前後に限る");
  await grant(desk);
  const id = await seal(desk, footage);
  await desk.case.correctDecision({ by: "部長", reason: "誤記", who: "主事 見本" });
  await desk.told("訂正を記録しました");
  await amendments.reportByWord("delivery", "窓口");
  await desk.case.becomes("受領済");
  await amendments.reportByWord("loss", "電話");
  await desk.case.becomes("紛失");
  await letter(desk, stored, "loss_judgement", "第3号");
  await desk.goTo("forms");
  await desk.papers.recordIncident({
    on: day(summer), bundle: id, place: "庁舎", what: "媒体を紛失した", measures: "捜索", reported: "課長",
  });
  await desk.told("記録しました");
  await desk.goTo("confirm");
  await desk.confirmation.chooseCase(id);
  await desk.confirmation.closeCase("見つからないまま、内容を暗号化していることを確認");
  await desk.told("完了にしました");
}

async function withdrawn(desk, ground) {
  await receive(desk, ground, 3, summer);
  await desk.amendments.because("withdraw", "解決した", "例示花子");
  await desk.case.becomes("取下げ");
}

async function refused(desk, stored, ground) {
  await receive(desk, ground, 4, summer);
  await desk.case.decideAs("課長");
  await desk.case.giveReason("必要性が認められない");
  await desk.case.refuse();
  await desk.case.becomes("提供不可");
  await letter(desk, stored, "refusal", "第4号");
}

async function watched(desk, ground) {
  await receive(desk, ground, 5, summer);
  await desk.amendments.provideBy("画像閲覧");
  await desk.case.giveReason("閲覧で足りる");
  await grant(desk);
  await desk.case.canBeProvided();
  await desk.case.describeProvision({ on: summer.slice(0, 16), place: "会議室、係長立会い" });
  await desk.case.provide();
  await desk.told("記録しました");
}

/** The desk of the same office at another time. */
async function later(desk, browser, time) {
  await desk.close();
  const next = await Desk.open(browser, { time });
  await next.saveAsDownloads();
  await next.enter(passphrase);
  return next;
}

/** The books and reports of 令和8年度. */
async function books(desk, stored) {
  await desk.goTo("forms");
  await desk.amendments.chooseYear(2026);
  for (const name of ["yearly", "midori-2", "minato-3", "incident"]) {
    if (!(await desk.papers.buttons(name))) continue;
    await desk.papers.open(name);
    await stored.take(desk, name);
  }
  for (const book of ["disclosures", "operations", "incidents", "media"]) {
    await desk.amendments.chooseBook(book);
    await desk.papers.open("book");
    await stored.take(desk, `book-${book}`);
  }
}

describe("a whole year", () => {
  for (const [city, grounds] of Object.entries(cities)) {
    test(city, () => Browser.use(async (browser) => {
      const stored = new Stored(city);
      const ground = (n) => grounds[n % grounds.length];
      let desk = await found(browser, city, office.path(`${city}.key`), { time: summer });
      await wholeLife(desk, stored, ground(0));
      await lostMedium(desk, stored, ground(1));
      await withdrawn(desk, ground(2));
      await refused(desk, stored, ground(3));
      await watched(desk, ground(4));
      await desk.goTo("forms");
      await desk.papers.recordOperation("媒体廃棄", { on: day(summer), subject: "USB-01", reason: "老朽", particulars: "破砕" });
      await desk.told("記録しました");

      // Sealed on the last day of the year, handed over on the first of the next.
      desk = await later(desk, browser, lastDay);
      const footage = await receive(desk, ground(0), 6, lastDay);
      await grant(desk);
      await seal(desk, footage);
      desk = await later(desk, browser, newYear);
      await desk.goTo("ledger");
      await desk.register.openFirst();
      await desk.amendments.reportByWord("delivery", "窓口");
      await desk.case.becomes("受領済");
      await books(desk, stored);
      await desk.amendments.closeYear("課長");
      await desk.told("記録しました");
      await desk.amendments.chooseBook("years");
      await desk.papers.open("book");
      await stored.take(desk, "book-years");
      stored.compare();
    }));
  }
});
