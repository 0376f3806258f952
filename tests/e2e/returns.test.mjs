// The whole way: sealed on the command line, watched, returned, confirmed on the command line and at the desk. These
// tests follow each other: each goes on with what the one before it left.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";
import { host } from "./hosted.mjs";
import { takeOver } from "./journeys.mjs";
import { Office, altered, page as html, run } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
const first = office.seal("first.fuin", office.sampleClip(4));
const second = office.seal("second.fuin", office.sampleClip(4));
const receipts = {};
let browser;

before(async () => { browser = await Browser.start(); });
after(async () => {
  office.remove();
  await browser.finish();
});

/**
 * Watches a bundle and reports; gives the page, the report's code, its file, and the name that the page suggests for
 * that.
 */
async function returned(bundle, kind) {
  const viewer = await Viewer.open(browser);
  const { receipt } = viewer;
  await viewer.watch(bundle.path, office.recipientPassphrase);
  await viewer.player.finish();
  await receipt.report(kind, { witness: "係長 立会次郎", method: "USBメモリを返送" });
  const code = await receipt.code();
  const file = office.path(`${bundle.bundle_id}.jws`);
  return { viewer, code, file, name: await receipt.save(file) };
}

test("a return makes a file, a sheet and a code, and erases", async () => {
  const made = await returned(first, "return");
  assert.equal(made.name, `${first.bundle_id}-return.jws`);
  assert.match(made.code, /^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);
  const sheet = await made.viewer.receipt.sheet.printOnA4();
  for (const word of [
    "返却・消去報告書", "提供元確認欄", first.bundle_id, made.code, "立会次郎", "決裁", "令和",
  ]) {
    assert.ok(sheet.text.includes(word.replaceAll(/\s/g, "")), `${word} is not on the sheet`);
  }
  assert.equal(sheet.pages, 2, "the sheet, and the symbols behind it");
  receipts.first = made;
  await made.viewer.close();
});

test("the command line refuses it for another bundle, accepts it for its own, and only once", () => {
  const other = office.office("confirm", receipts.first.file, "--bundle", second.bundle_id);
  assert.equal(other.exit, 1);
  assert.equal(other.error.code, "receipt_other_bundle");
  const good = office.office("confirm", receipts.first.file);
  assert.equal(good.exit, 0, good.stderr);
  assert.equal(good.status, "returned");
  // Whoever knows the passphrase can have made it, and saw no other ledger than this.
  assert.deepEqual([good.reports.at(-1).maker, good.holder, good.ordinal], ["passphrase", "slot/1", 1]);
  assert.deepEqual(run("ledger", "verify", "--office", office.path("office")).findings, []);
  const again = office.office("confirm", receipts.first.file);
  assert.equal(again.error.code, "receipt_duplicate");
  // Refusals are in the ledger too.
  const shown = run("ledger", "show", "--office", office.path("office"));
  assert.equal(shown.disclosures.find((d) => d.sealed.bundle_id === second.bundle_id).refused, 1);
});

test("the desk takes the office over, imports its ledger, and confirms by code", async () => {
  const made = await returned(second, "erasure");
  await made.viewer.close();
  const exported = run("ledger", "export", "--office", office.path("office"), "--out", office.path("export.jsonl"));
  assert.ok(exported.ok, exported.stderr);
  const desk = await Desk.open(browser);
  const { confirmation, settings } = desk;
  await desk.takeOver(office.path("office/office.key"), "not the passphrase");
  assert.match(await desk.stopNotice(), /課の合言葉が違います/);
  await desk.tryPassphrase(office.passphrase);
  await desk.worksHere();
  await desk.goTo("settings");
  await settings.importLedger(office.path("export.jsonl"));
  await desk.told();
  const status = async (id) => {
    await desk.goTo("ledger");
    const word = await desk.register.stateOf(id);
    await desk.goTo("confirm");
    return word;
  };
  assert.equal(await status(first.bundle_id), "返却済");
  assert.equal(await status(second.bundle_id), "封印済");

  await confirmation.typeCode(first.bundle_id, made.code);
  // S1-9: what may be a slip is asked about; only what the person says is recorded.
  assert.match(await desk.stopNotice(), /この管理番号の報告番号ではありません/);
  const events = async () => {
    await desk.goTo("settings");
    const count = await settings.eventCount();
    await desk.goTo("confirm");
    return count;
  };
  const before = await events();
  await confirmation.dropRefused();
  assert.equal(await events(), before);
  await confirmation.typeCode(first.bundle_id, made.code);
  await desk.stopNotice();
  await confirmation.recordRefused();
  assert.equal(await events(), before + 1);
  await confirmation.typeCode(second.bundle_id, made.code.toLowerCase().replaceAll("-", " "));
  assert.match(await desk.goodNotice(), /検証できました/);
  assert.equal(await status(second.bundle_id), "消去済");

  // The file says more of the same report: it completes it, once.
  await confirmation.readFile(made.file);
  assert.match(await desk.goodNotice(), /検証できました/);
  await confirmation.readFile(made.file);
  assert.match(await desk.stopNotice(), /すでに記録されています/);

  await confirmation.chooseCase(second.bundle_id);
  await confirmation.closeCase("USB-07 返却、破砕");
  await desk.told();
  assert.equal(await status(second.bundle_id), "完了");

  await desk.goTo("settings");
  await settings.exportLedger(office.path("desk.jsonl"));
  await desk.close();
});

test("the ledger survives a restart and goes back to the command line", async () => {
  await browser.reopen();
  const desk = await Desk.open(browser);
  await desk.enter(office.passphrase);
  await desk.goTo("ledger");
  assert.match(await desk.register.text(), /完了/);
  await desk.close();
  const imported = run("ledger", "import", "--office", office.path("office"), office.path("desk.jsonl"));
  assert.ok(imported.ok, imported.stderr);
  const verified = run("ledger", "verify", "--office", office.path("office"));
  assert.ok(verified.ok, verified.stderr);
  const shown = run("ledger", "show", "--office", office.path("office"));
  assert.equal(shown.disclosures.find((d) => d.sealed.bundle_id === second.bundle_id).status, "closed");
});

test("a damaged ledger is found at the desk and not imported", () => Browser.use(async (fresh) => {
  const lines = readFileSync(office.path("desk.jsonl"), "utf8").split("\n");
  lines[2] = altered(lines[2], 900);
  writeFileSync(office.path("damaged.jsonl"), lines.join("\n"));
  const desk = await takeOver(fresh, office);
  await desk.goTo("settings");
  await desk.settings.importLedger(office.path("damaged.jsonl"));
  assert.match(await desk.stopNotice(), /記録簿の 3 行目が書き換えられています/);
  assert.match(await desk.settings.events(), /0 件/);
}));

test("an office founded in the browser is one for the command line too", () => Browser.use(async (fresh) => {
  const desk = await Desk.open(fresh);
  const passphrase = "browser office passphrase";
  await desk.describeOffice({ name: "旭川市交通防犯課", contact: "0166-00-0000", passphrase });
  await desk.chooseRules("asahikawa");
  await desk.found(office.path("browser-office.key"));
  await desk.goTo("settings");
  assert.match(await desk.settings.events(), /1 件/);
  const key = JSON.parse(readFileSync(office.path("browser-office.key"), "utf8"));
  assert.equal(key.format, "fuin-office-key/1");
}));

test("the page is one small file, and works over http as well", async () => {
  const page = readFileSync(html, "utf8");
  // A decoder is unpacked for clips that need it, as are the search for marks, English and the manuals, and nothing of them is
  // read before.
  const further = [...page.matchAll(/<script id="fuin-(?:avc|hevc|mpeg2|mpeg4|tracer|indexer|symbols|english|manual-clerk|manual-recipient)(?:-glue)?"[\s\S]*?<\/script>/g)];
  assert.equal(further.length, 17);
  const bytes = further.reduce((rest, [decoder]) => rest - decoder.length, page.length);
  assert.ok(bytes < 2.6e6, `${bytes} bytes without them`);
  assert.ok(page.length < 4.1e6, `${page.length} bytes`);
  const hosted = await host();
  await Browser.use(async (fresh) => {
    const viewer = await Viewer.open(fresh, { address: hosted.address });
    await viewer.watch(first.path, office.recipientPassphrase);
  });
  hosted.close();
});

test("secrets are in no output of the command line", () => {
  const outputs = [
    office.office("confirm", receipts.first.file),
    run("verify", first.path, "--recipient-passphrase-file", office.path("office.txt")),
    run("inspect", first.path),
  ];
  for (const { raw, stderr } of outputs) {
    for (const secret of [office.passphrase, office.recipientPassphrase]) assert.ok(!(raw + stderr).includes(secret));
  }
});
