// An office under rules of its own: read from a file, kept, revised, and told to whoever takes the office over.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { passphrase, record } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

test("an office may bring its own rules, and revise them", () => Browser.use(async (browser) => {
  const text = run("rules", "show", "minato", "--toml").toml;
  const own = text.replace('id = "minato"', 'id = "mihon"').replace('name = "港区"', 'name = "見本市"')
    .replace("必要性の審査", "見本市の必要性審査");
  const desk = await Desk.open(browser);
  await desk.describeOffice({ name: "見本市防災課", contact: "03", passphrase });
  await desk.readRules(office.write("bad.toml", text.replace("required = true", "required = 1")));
  await desk.stopped("規程ファイルとして読めません");
  await desk.readRules(office.write("own.toml", own));
  await desk.hasReadRules("見本市");
  await desk.found(path("own.key"));
  await desk.told("登録しました");
  await record(desk);
  assert.ok((await desk.case.review()).includes("見本市の必要性審査"));
  // It survives a restart, and is told to whoever takes the office over.
  await browser.reopen();
  const again = await Desk.open(browser);
  await again.enter(passphrase);
  await again.goTo("settings");
  assert.ok((await again.text()).includes("見本市"));
  const revised = readFileSync(path("own.toml"), "utf8").replace("見本市の必要性審査", "改正後の必要性審査");
  await again.settings.reviseRules(office.write("revised.toml", revised));
  await again.told("規程を改めました");
  await again.goTo("ledger");
  await again.register.openFirst();
  assert.ok((await again.case.review()).includes("改正後の必要性審査"));
  await again.goTo("settings");
  const ledger = await again.settings.exportLedger(path("own.jsonl"));
  await Browser.use(async (other) => {
    const elsewhere = await Desk.open(other);
    await elsewhere.takeOver(path("own.key"), passphrase);
    await elsewhere.worksHere();
    await elsewhere.settings.takesLedger();
    await elsewhere.settings.importLedger(ledger);
    await elsewhere.told("読み込みました");
    await elsewhere.goTo("ledger");
    await elsewhere.register.openFirst();
    assert.ok((await elsewhere.case.review()).includes("改正後の必要性審査"));
  });
}));

test("S1-11: the office's passphrase is typed twice, and nothing is founded by a slip", () => Browser.use(async (browser) => {
  const desk = await Desk.open(browser);
  await desk.beginToFound();
  await desk.stopped("4 か所を直してください");
  await desk.describeOffice({ name: "見本市防災課", contact: "03", passphrase, again: `${passphrase}。` });
  await desk.beginToFound();
  await desk.stopped("2つの合言葉が違います");
  await desk.describeOffice({ name: "見本\u3164", contact: "03", passphrase });
  await desk.beginToFound();
  await desk.stopped("使えない文字がある");
  await desk.describeOffice({ name: "見本市防災課", passphrase });
  await desk.found(path("twice.key"));
  await desk.told("登録しました");
  // The file is read back at once: the first screen asks for it until it was opened.
  await desk.goTo("today");
  await desk.settings.chooseKeyBackup(path("twice.key"));
  await desk.settings.checkKeyBackup(passphrase);
  await desk.told("鍵のバックアップとして開けました");
  await desk.settings.asksNoKeyBackup();
}));
