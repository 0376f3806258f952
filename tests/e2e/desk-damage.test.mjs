// Damage to a stored ledger: the desk names it, goes on reading, records nothing, and takes a good backup in its place.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { found, onPaper, passphrase, record } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { changeLedger, damage, fillDisk, freeDisk, restoring, storedLedger } from "./stored.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

test("damage of every kind is found and named, and the rest stays readable", () => Browser.use(async (browser) => {
  const desk = await found(browser, "tajimi");
  const { register, settings } = desk;
  for (let n = 0; n < 3; n++) await record(desk, { number: `第${n}号` });
  // The founding and three requests, of which these damages leave so many rows.
  const damages = [
    ["a flipped byte", damage.flipByte(1, 400), /2 行目が書き換えられています/, 2],
    ["a removed line", damage.remove(1, 3), /2 行目/, 2],
    ["a swapped line", damage.swap(2, 3), /3 行目/, 3],
    ["a cut tail", damage.cut(4), /終わりの 1 行が欠けています/, 3],
  ];
  await desk.goTo("settings");
  await settings.exportLedger(path("whole.jsonl"));
  const restore = restoring(await storedLedger(desk));
  /** Puts the ledger back as it was stored. */
  const repair = async () => {
    await changeLedger(desk, restore);
    await desk.reopen(passphrase);
  };
  for (const [what, change, words, readable] of damages) {
    await changeLedger(desk, change);
    await desk.reopen(passphrase);
    await desk.hasFault();
    assert.match(await desk.stopNotice(), words, what);
    // The register shows what can be read; nothing can be recorded.
    assert.equal(await register.rows(), readable, what);
    assert.equal(await desk.newRequestButtons(), 0, what);
    await repair();
    assert.equal(await desk.faultCount(), 0, `after ${what} was repaired`);
  }
  // Two forks: a copy that went another way is not taken over.
  await desk.goTo("request");
  await record(desk, { number: "この端末だけ" });
  await repair();
  await record(desk, { number: "別の枝" });
  await desk.goTo("settings");
  const fork = await settings.exportLedger(path("fork.jsonl"));
  await repair();
  await record(desk, { number: "この端末だけ" });
  await desk.goTo("settings");
  await settings.importLedger(fork);
  // It may be brought in, if somebody decides so; nothing is done by itself.
  assert.match(await desk.settings.unionAsked(), /分かれています/);
  await desk.goTo("ledger");
  assert.equal(await register.rows(), 4);
}));

test("S1-8: a full disk is called a full disk, what was typed stays, and recording goes on once there is room", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi");
    await desk.told("登録しました");
    await fillDisk(desk);
    await desk.goTo("request");
    await desk.incoming.fill({ ...onPaper, documentNumber: "満杯" });
    await desk.incoming.chooseGround("investigation", "CCP_197_2");
    await desk.incoming.record();
    assert.match(await desk.stopNotice(), /空き/);
    assert.equal(await desk.incoming.typed("documentNumber"), "満杯");
    await freeDisk(desk);
    await desk.incoming.record();
    await desk.case.isInReview();
    await desk.goTo("ledger");
    assert.equal(await desk.register.rows(), 1);
  }));

test("a good backup takes the place of a damaged ledger, which is saved first; the key's backup is read back; " +
  "the card prints", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi", path("tajimi.key"));
    const { settings } = desk;
    await record(desk, { number: "一" });
    await desk.goTo("settings");
    const backup = await settings.exportLedger(path("good.jsonl"));
    await record(desk, { number: "バックアップの後" });
    await changeLedger(desk, damage.flipByte(1, 500));
    await desk.reopen(passphrase);
    await desk.hasFault();
    await desk.goTo("settings");
    await settings.importLedger(backup);
    await settings.offersToRestore();
    assert.match(await desk.text(), /3 件の記録があります。壊れた記録簿で読めるもののうち 1 件は/);
    const damaged = readFileSync(await settings.restoreLedger(path("ledger-damaged.jsonl")), "utf8");
    assert.equal(damaged.trim().split("\n").length, 5, "founding, two requests, a backup, and the head");
    await desk.told("読み込みました");
    await desk.hasNoFault();
    // F10: history was shortened, and the ledger says so itself.
    await desk.goTo("today");
    assert.match(await desk.text(), /4行目で、傷んだ記録簿をバックアップで置き換えました（失われた記録 1 件）/);
    await desk.goTo("ledger");
    assert.equal(await desk.register.rows(), 1);
    await record(desk, { number: "その後" });

    await desk.goTo("settings");
    assert.ok((await settings.keyChecked()).includes("まだ"));
    await settings.chooseKeyBackup(path("tajimi.key"));
    await settings.checkKeyBackup("違う合言葉です");
    await desk.stopped("合言葉が違います");
    await settings.checkKeyBackup(passphrase);
    await desk.told("鍵のバックアップとして開けました");
    await settings.chooseKeyBackup(path("office/office.key"));
    await settings.checkKeyBackup(office.passphrase);
    await desk.stopped("この課の鍵ではありません");
    await desk.reopen(passphrase);
    await desk.goTo("settings");
    assert.ok((await settings.keyChecked()).includes("令和"));
    await desk.papers.print("card", ["提供元カード", "確認の言葉", "office-card.jws"]);
    await accessible(desk, "O9 with a paper");
  }));
