// What a recipient took out and reports is seen by the office: on the case, on paper, and answered before 完了 (F4, S1-6).
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { takeOver } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { sparseClip } from "./sparse.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);
const clip = office.sampleClip(8);
const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

test("S1-6: print and original have their buttons under the grant, and none without it", () =>
  Browser.use(async (browser) => {
    const { path: plain } = office.seal("plain.fuin", clip);
    const viewer = await Viewer.open(browser);
    await viewer.watch(plain, office.recipientPassphrase);
    assert.equal(await viewer.player.takeOut.count(), 0);
  }));

test("an original that is called off is no file, and the log says so", () =>
  Browser.use(async (browser) => {
    const long = sparseClip(clip, path("long.mp4"), 512 * 2 ** 20);
    const { path: bundle } = office.seal("long.fuin", long, "--grant", "export");
    const viewer = await Viewer.open(browser);
    await viewer.watch(bundle, office.recipientPassphrase);
    const { takeOut, tabs } = viewer.player;
    await tabs.openLog();
    assert.doesNotMatch(await tabs.log(), /原本/);
    await takeOut.saveAsDownload();
    const files = [];
    viewer.page.on("download", (download) => files.push(download.suggestedFilename()));
    await takeOut.beginAndCallOff();
    await tabs.mentions("原本の取出しをやめた");
    // What is finished after it is the only file, and the only one in the log.
    await takeOut.takeOriginal(path("long-out.mp4"));
    await takeOut.result();
    assert.equal((await tabs.log()).match(/原本を取り出した/g).length, 2, "the one that was called off was noted before it began");
    assert.deepEqual(files, ["1-long.mp4"]);
    assert.equal(sha256(path("long-out.mp4")), sha256(long));
  }));

test("F4, S1-6: a picture is printed and an original taken out; the office sees it, prints it and answers it", () =>
  Browser.use(async (browser) => {
    const { path: bundle, bundle_id: id } = office.seal("out.fuin", clip, "--grant", "print", "--grant", "export");
    const viewer = await Viewer.open(browser);
    await viewer.watch(bundle, office.recipientPassphrase);
    await viewer.player.picture.isNumbered();
    const { takeOut } = viewer.player;
    await takeOut.print();
    const printed = await takeOut.sheet.printOnA4();
    assert.equal(printed.pages, 1);
    for (const word of ["映像の印刷", id, "見本警察署", "令和"]) assert.ok(printed.text.includes(word), word);
    assert.ok(printed.images > 0, "the picture is on the paper");
    await takeOut.close();
    await takeOut.saveAsDownload();
    const original = await takeOut.takeOriginal(path("original.mp4"));
    assert.equal(sha256(original), sha256(clip), "byte for byte");
    assert.match(await takeOut.result(), new RegExp(sha256(clip)));
    await viewer.player.finish();
    await viewer.receipt.describe({ method: "媒体を返送" });
    await viewer.receipt.sayCopies("紙1枚を作成した");
    await viewer.receipt.report("return");
    await viewer.receipt.code();
    await viewer.receipt.save(path("report.jws"));

    const exported = run("ledger", "export", "--office", path("office"), "--out", path("out.jsonl"));
    assert.ok(exported.ok, exported.stderr);
    const desk = await takeOver(browser, office);
    await desk.settings.importLedger(path("out.jsonl"));
    await desk.told();
    await desk.goTo("confirm");
    await desk.confirmation.readFile(path("report.jws"));
    await desk.told("検証できました");
    const concerns = await desk.confirmation.concerns();
    for (const word of ["紙1枚を作成した", "映像 1 枚が印刷", "原本 1 件が取り出され"]) assert.ok(concerns.includes(word), word);
    await desk.confirmation.closeCase("異常なし");
    await desk.stopNotice();
    await desk.goTo("ledger");
    await desk.register.openFirst();
    await desk.papers.print("reports", ["返却・消去の報告の確認票", "紙1枚を作成した", "原本を取り出した", "答えるべきこと", "決裁"]);
    // The command line says the same before it closes.
    const confirmed = office.office("confirm", path("report.jws"));
    assert.ok(confirmed.ok, confirmed.stderr);
    assert.match(JSON.stringify(confirmed), /exports/);
  }));
