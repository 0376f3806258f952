// Tickets and extensions: the same sealed clips for somebody else, a new PC or a new period, at the desk and in the
// viewer.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { due } from "./dates.mjs";
import { close, confirmByCode, found, grant, record, reported, seal, signedLog } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { until } from "./remote-page.mjs";
import { keptKeys } from "./stored.mjs";

const office = new Office();
after(() => office.remove());
const sample = office.seal("sample.fuin", office.sampleClip(8));
const other = office.seal("other.fuin", office.sampleClip(8));
const words = "2345-6789-1234-5678";
const ticket = office.path("sample.ticket");
const issued = office.office("ticket", "--bundle", sample.bundle_id, "--out", ticket,
  "--recipient-passphrase-file", office.write("ticket.txt", `${words}\n`));
assert.ok(issued.ok, issued.stderr);

test("a ticket asks for its bundle, opens with its own passphrase, and its report is the ticket's", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    await viewer.chooseBundle(ticket);
    assert.match(await viewer.wantsBundle(), new RegExp(sample.bundle_id));
    assert.equal(await viewer.bundleId(), issued.bundle_id);
    await viewer.chooseBeside(sample.path);
    await viewer.asksForPassphrase();
    await viewer.unlock(office.recipientPassphrase);
    assert.match(await viewer.stopNotice(), /合言葉が違います/);
    await viewer.unlock(words);
    await viewer.verdict();
    await viewer.affirm();
    await viewer.player.picture.isPainted();
    await viewer.player.finish();
    await viewer.receipt.report("erasure", { method: "消去した" });
    const code = await viewer.receipt.code();
    const file = office.path("ticket.jws");
    await viewer.receipt.save(file);
    const confirmed = office.office("confirm", file);
    assert.equal(confirmed.exit, 0, confirmed.stderr);
    assert.deepEqual([confirmed.bundle_id, confirmed.status], [issued.bundle_id, "erased"]);
    assert.match(code, /^\w{4}-/);
  }));

test("both can be chosen at once, in any order, and after the bundle", () => Browser.use(async (browser) => {
  for (const files of [[ticket, sample.path], [sample.path, ticket]]) {
    const viewer = await Viewer.open(browser);
    await viewer.openBundle(files, words);
    await viewer.verdict();
    await viewer.close();
  }
  const viewer = await Viewer.open(browser);
  await viewer.chooseBundle(sample.path);
  assert.equal(await viewer.bundleId(), sample.bundle_id);
  await viewer.chooseTicket(ticket);
  await viewer.mentions(issued.bundle_id);
  await viewer.unlock(words);
  await viewer.verdict();
}));

test("a ticket of another bundle is refused by its name", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  await viewer.chooseBundle([ticket, other.path]);
  assert.equal(await viewer.stopCode(), "ticket_other");
  assert.match(await viewer.text(), /組になっていません/);
}));

/** The time so many seconds from now, as bundles have it. */
const inSeconds = (seconds) => `${new Date(Date.now() + (9 * 3600 + seconds) * 1e3).toISOString().slice(0, 19)}+09:00`;

test("an extension code opens what has expired, and counts from then on", () => {
  const clip = office.sampleClip(8);
  const end = inSeconds(20);
  const short = office.seal("short.fuin", clip, "--not-after", end, "--return-due", end.slice(0, 10));
  const extended = office.office("record", "extend", "--bundle", short.bundle_id, "--until", due,
    "--reason", "公判", "--by", "課長");
  assert.ok(extended.extension, extended.stderr);
  return Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    await viewer.watch(short.path, office.recipientPassphrase);
    assert.ok(Date.now() < Date.parse(end), "the period ends while it is watched");
    assert.equal(await viewer.stopCode(), "expired");
    await viewer.extend("ABCD");
    await viewer.extensionIsRefused("24文字");
    await viewer.extend(extended.extension.replace(/.$/, (last) => (last === "A" ? "B" : "A")));
    await viewer.extensionIsRefused("入力に誤り");
    await viewer.extend(extended.extension.toLowerCase());
    assert.match(await viewer.verdict(), /検証できました/);
    await viewer.affirm();
    await viewer.player.picture.isPainted();
    await viewer.close();
    const again = await Viewer.open(browser);
    await again.openBundle(short.path, office.recipientPassphrase);
    assert.match(await again.verdict(), /検証できました/);
    await again.unfoldExtension();
    await again.extend(extended.extension);
    await again.extensionIsRefused("すでにその日まで");
    // Stop, extension and what was watched stand in the signed log.
    const { entries } = await signedLog(again, office.path("short.jws"));
    const what = entries.map((entry) => entry.what);
    assert.deepEqual(what.slice(0, 2), ["began", "opened"]);
    for (const kind of ["refused", "extended", "played"]) assert.ok(what.includes(kind), `${kind} in ${what}`);
  });
});

test("the desk extends, issues a ticket in the place of a bundle, and lets the key go in the end", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi", office.path("desk.key"));
    await record(desk);
    await grant(desk, "管理責任者");
    const sealed = await seal(desk, office.sampleClip(8), office.path("desk.fuin"));
    assert.deepEqual(await keptKeys(desk), [sealed.id]);
    const later = new Date(new Date(due).getTime() + 60 * 86400e3).toISOString().slice(0, 10);
    const code = await desk.case.extend(later);
    const longer = run("verify", sealed.bundle, "--extension", code, "--recipient-passphrase-file",
      office.write("desk.txt", `${sealed.words}\n`));
    assert.equal(longer.not_after?.slice(0, 10), later, longer.stderr);

    const reissued = await desk.case.reissue(office.path("desk.ticket"));
    assert.notEqual(reissued.id, sealed.id);
    await desk.mentions(`チケットを発行：${reissued.id}`);
    const passphrase = await desk.papers.readPassphrase();
    await desk.papers.open("cover");
    assert.match(await desk.text(), new RegExp(`チケット（${reissued.id}.ticket）を送付します`));
    const told = await reported(browser, [sealed.bundle, reissued.ticket], passphrase, "return");
    await confirmByCode(desk, reissued.id, told);
    await close(desk, "破砕を確認した");
    // Nobody has the bundle any more, and its key goes once the line is there.
    await until(async () => (await keptKeys(desk)).length === 0, "its key gone");
  }));

test("somebody else watches under the same request, with a passphrase and a report of their own", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi", office.path("reader.key"));
    await record(desk);
    await grant(desk, "管理責任者");
    const sealed = await seal(desk, office.sampleClip(8), office.path("readers.fuin"));
    assert.deepEqual(await desk.case.readers(), []);
    await desk.case.openFurtherReader();
    assert.match(await desk.case.furtherReaderIsMissing(), /を入れてください/);
    const added = await desk.case.addReader("巡査 見本四郎", office.path("reader.ticket"));
    assert.notEqual(added.id, sealed.id);
    const passphrase = await desk.papers.readPassphrase();
    const [first, second] = await desk.case.readers();
    assert.match(first, /^[^*].*例示花子（封印済）/);
    assert.match(second, /^\*.*見本四郎（封印済）/);
    await accessible(desk, "O6");
    const told = await reported(browser, [sealed.bundle, added.ticket], passphrase, "return");
    await confirmByCode(desk, added.id, told);
    await close(desk, "確認した");
    await desk.goTo("ledger");
    await desk.register.openFirst();
    assert.equal(await desk.case.state(), "封印済", "the first reader's is still out");
    await desk.case.showReader("見本四郎");
    await desk.case.becomes("完了");
    await desk.case.showReader("例示花子");
    await desk.case.becomes("封印済");
  }));

test("the desk gives a sealed bundle to another request", () => Browser.use(async (browser) => {
  const desk = await found(browser, "tajimi", office.path("second.key"));
  await record(desk);
  await grant(desk, "管理責任者");
  const sealed = await seal(desk, office.sampleClip(8), office.path("first.fuin"));
  await record(desk, { number: "刑捜第999号" });
  await grant(desk, "管理責任者");
  const shared = await desk.case.shareSealed(sealed.id, office.path("second.ticket"));
  const passphrase = await desk.papers.readPassphrase();
  const viewer = await Viewer.open(browser);
  await viewer.openBundle([shared.ticket, sealed.bundle], passphrase);
  assert.match(await viewer.verdict(), /検証できました/);
}));
