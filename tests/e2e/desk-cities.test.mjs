// In each of the five cities from the request to the yearly report: every screen and every paper of the issuing
// office, with the recipient's viewer in between.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, describe, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { due, fiscalYear, footage, today, wareki } from "./dates.mjs";
import { close, confirmByCode, found, grant, record, reported, review, seal } from "./journeys.mjs";
import { Office } from "./office.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

const cities = [
  { city: "tajimi", ground: "investigation", blocked: [], report: "定期の報告の定めはありません" },
  { city: "fujisawa", ground: "ordinance_12_1_4", detail: "条例第12条第1項第4号", blocked: ["6条2項"], report: "個人情報保護制度主管課" },
  {
    city: "minato", ground: "investigation", blocked: ["8条2項", "8条3項"], undertaking: true, report: "港区長",
    form: ["minato-2", [
      "第2号様式", "参考様式", "港区長", "8条1項1号", `有（${wareki(today)}提出）`, "返却予定",
    ]],
  },
  {
    city: "midori", ground: "investigation", blocked: [], report: "運用責任者様",
    form: ["midori-1", [
      "様式第1号（規格A4）（第10条関係）", "市長", "課僚", "みどり市長様", "午後9時", "午後9時30分",
      "☑刑事訴訟法第197条第2項", "☐民事訴訟法第223条", "☑データ提供（記録媒体：USBメモリ、DVD、その他",
      "☐その他", "提供不可", "※事務処理欄",
    ]],
  },
  { city: "asahikawa", ground: "investigation", blocked: ["8条1号", "8条"], report: "定期の報告の定めはありません" },
];

/** みどり市's register is a form of its own. */
async function midoriRegister(desk) {
  const words = [
    "様式第2号（規格A4横）（第10条関係）", "申請受付日", wareki(today), `自：${wareki(footage)}21:00`,
    "☑データ提供（USBメモリ、DVD、その他",
  ];
  await desk.papers.print("midori-2", words, { landscape: true });
  const ringed = await desk.papers.sheet.ringed();
  assert.deepEqual(ringed, ["USBメモリ", "可"], "the form has no boxes here: what holds is ringed");
}

/** 港区 has a log of operations and reports incidents. */
async function minatoRecords(desk) {
  const { papers } = desk;
  const operation = { on: today, subject: "USB-01", reason: "老朽", particulars: "破砕" };
  await papers.recordOperation("媒体廃棄", operation);
  await desk.told();
  const incident = { on: today, what: "媒体を一時見失った", measures: "発見し回収", reported: "区長" };
  await papers.recordIncident(incident);
  await papers.offers("incident");
  await papers.print("incident", [
    "10条2項関係", "事故報告書", "区長様", wareki(today), "媒体を一時見失った", "発見し回収", "印",
  ]);
  await papers.print("minato-3", ["第3号様式", wareki(today), "媒体廃棄", "USB-01", "破砕"], { landscape: true });
}

describe("from the request to the yearly report", () => {
  for (const { city, ground, detail, blocked, undertaking, form, report } of cities) {
    test(city, () => Browser.use(async (browser) => {
      const desk = await found(browser, city);
      const { papers } = desk;
      // Every city has the same screens: it is enough to look at those of one.
      const look = (where) => (city === "minato" ? accessible(desk, where) : undefined);
      await look("O1");
      await desk.goTo("request");
      await look("O2");
      await record(desk, { ground, detail });
      await look("O3");
      const findings = await review(desk, { undertaking });
      for (const article of blocked) {
        const said = findings.before.some((text) => text.includes(`（${article}）`));
        assert.ok(said, `${article}: ${findings.before}`);
      }
      assert.deepEqual(findings.after, []);
      await grant(desk, "課長");
      await desk.case.canBeSealed();
      assert.equal(await desk.case.state(), "提供待ち");
      await look("O4");
      const { bundle, words, id } = await seal(desk, office.sampleClip(4), path);
      assert.match(words, /^(\d{4}-){5}\d{4}$/);
      assert.equal(await desk.case.state(), "封印済");
      await look("O6");

      // The papers, each on one page.
      const sum = execFileSync("sha256sum", [office.sampleClip(4)], { encoding: "utf8" }).slice(0, 64);
      await papers.print("passphrase", ["合言葉（パスワード）について（通知）親展", words, id]);
      await papers.print("cover", [
        "防犯カメラ画像の提供について（回答）", "見本警察署署長見本一郎様", "照会のありました件について", "（公印省略）", id, wareki(due),
        "提供元の確認の言葉", `${wareki(footage)}21:00から`,
      ]);
      await papers.print("hashes", ["ハッシュ票", sum]);
      await papers.print("delivery", ["受領書", id, "印", "USB-07"]);
      await papers.print("return", [
        "返却・消去報告書", id, "証拠として送致・引継ぎ", "印刷物の処理", "提供元確認欄", "決裁", "印",
      ]);
      await papers.print("undertaking", ["誓約書", "第三者", "印"]);
      if (form) await papers.print(...form);

      // The command line reads the same bundle; the recipient watches and reports.
      const verified = office.verify(bundle, words);
      assert.ok(verified.ok, verified.stderr);
      await confirmByCode(desk, id, await reported(browser, bundle, words, "return"));
      await close(desk, "USB-07 返却、内容を消去");
      await look("O7");
      await desk.goTo("ledger");
      assert.equal(await desk.register.firstState(), "完了");
      await look("O5");
      await desk.register.openFirst();
      const timeline = await desk.case.timeline();
      assert.equal(timeline.length, 6, timeline.join("\n"));
      await desk.goTo("forms");
      await look("O8");
      const counts = ["申請1件", "提供可1件", "返却1件", "完了1件", "未返却0件"];
      await papers.print("yearly", [fiscalYear, ...counts, report]);
      if (city === "midori") await midoriRegister(desk);
      if (city === "minato") await minatoRecords(desk);
      await desk.goTo("settings");
      await look("O9");
    }));
  }
});
