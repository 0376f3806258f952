// The ledger's mirror in a folder: always whole, an office's folder for the command line, and careful with what is
// there.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { chooseOwnFolder, host, mirroredAttachments, readMirror, writeMirror } from "./hosted.mjs";
import { foundTajimi, passphrase, record } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

const hosted = await host();
after(() => hosted.close());

/**
 * On another PC the office takes its keys over, and the mirror's two files bring the rest. `scan` is the text that was
 * attached.
 */
function goesOnElsewhere(scan) {
  return Browser.use(async (browser) => {
    const desk = await Desk.open(browser);
    await desk.takeOver(path("mirror.key"), passphrase);
    await desk.worksHere();
    await desk.settings.takesLedger();
    await desk.settings.importLedger([path("mirrored/ledger.head"), path("mirrored/ledger.jsonl")]);
    await desk.told("2 件の記録を読み込みました");
    await desk.goTo("ledger");
    await desk.register.openFirst();
    await desk.case.tryToSaveAttachment();
    await desk.stopped("中身がこの端末にありません");
    await desk.goTo("settings");
    await desk.settings.takeDocuments([office.write("mirrored/document", scan), path("mirrored/ledger.head")]);
    await desk.told("1 件を取り込みました。記録簿にないもの：1 件");
  });
}

test("the mirror has every line at once, goes on after a restart, is a folder for the command line, " +
  "and never overwrites another ledger", () =>
  Browser.use(async (browser) => {
    const desk = await Desk.open(browser, { address: hosted.address });
    const { settings } = desk;
    /** Waits until the settings say this of the mirror. */
    const mirrorIs = async (words) => {
      await desk.goTo("settings");
      await settings.mirrorIs(words);
    };
    await chooseOwnFolder(desk);
    await foundTajimi(desk, path("mirror.key"));
    await mirrorIs("選ばれていません");
    await settings.chooseMirror();
    await settings.mirrorIs("最新の写し");
    await desk.goTo("request");
    await desk.incoming.attachScan(office.write("scan.pdf", "%PDF-1.4 mirrored"));
    await desk.incoming.hasAttached(1);
    await record(desk, { goOn: true });
    await mirrorIs("最新の写し");
    const names = ["ledger.jsonl", "ledger.head", "office-card.jws"];
    const copy = new Map();
    for (const name of names) copy.set(name, await readMirror(desk, name));
    assert.equal(copy.get("ledger.jsonl").trim().split("\n").length, 2);
    const scans = await mirroredAttachments(desk);
    assert.deepEqual(scans, ["%PDF-1.4 mirrored"]);
    // The same files are an office's folder.
    mkdirSync(path("mirrored"), { recursive: true });
    for (const [name, text] of copy) office.write(`mirrored/${name}`, text);
    const verified = run("ledger", "verify", "--office", path("mirrored"));
    assert.ok(verified.ok, verified.stderr);
    assert.equal(verified.events, 2);
    await goesOnElsewhere(scans[0]);
    // After a restart it goes on.
    await desk.reopen(passphrase);
    await record(desk, { number: "二" });
    await mirrorIs("最新の写し");
    assert.equal((await readMirror(desk, "ledger.jsonl")).trim().split("\n").length, 3);
    // What is destroyed with its year goes from the folder too.
    await desk.goTo("forms");
    await desk.papers.recordOperation("苦情等", { on: "2024-05-01", reason: "苦情 見本消子" });
    await desk.told("記録しました");
    await mirrorIs("最新の写し");
    const said = async () => (await readMirror(desk, "ledger.jsonl")).split("\n")
      .map((line) => Buffer.from(line.split(".")[1] ?? "", "base64url").toString()).join("\n");
    assert.match(await said(), /見本消子/);
    await desk.goTo("forms");
    await desk.amendments.chooseYear(2024);
    await desk.amendments.closeYear("会長");
    await desk.amendments.openDestroying();
    await desk.amendments.destroyYear({ basis: "会則", witness: "副会長" });
    await desk.told("廃棄しました");
    await mirrorIs("最新の写し");
    assert.doesNotMatch(await said(), /見本消子/);
    assert.match(await readMirror(desk, "ledger.jsonl"), /fuin-destroyed\/1/);
    // Somebody else's ledger in the folder stays what it is.
    await writeMirror(desk, "ledger.jsonl", "another\n");
    await record(desk, { number: "三" });
    await mirrorIs("別の記録簿がある");
    assert.equal(await readMirror(desk, "ledger.jsonl"), "another\n");
    // Nor is a longer one overwritten.
    const exported = readFileSync(await settings.exportLedger(path("mirror.jsonl")), "utf8");
    const whole = exported.trim().split("\n").slice(0, -1);
    const longer = `${whole.join("\n")}\n${whole[1]}\n`;
    await writeMirror(desk, "ledger.jsonl", longer);
    await desk.reopen(passphrase);
    await mirrorIs("新しいため");
    // Nor is anything recorded that would fork from it.
    await settings.saveRoles();
    await desk.stopped("フォルダーの記録簿のほうが新しい");
    assert.equal(await readMirror(desk, "ledger.jsonl"), longer);
  }));
