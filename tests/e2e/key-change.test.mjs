// A new key of the office: recipients' pages know it by the old one, an exposed key opens nothing by itself any more,
// and every PC of the office goes on with the new one.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { reported, takeOver } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);
const renewed = "the second passphrase of this office";

/** Changes the office's key on the command line, whose passphrase is another one from then on. */
function changeKey(passphrase, ...options) {
  const changed = run("office", "change-key", "--office", path("office"), "--passphrase-file", path("office.txt"),
    "--new-passphrase-file", office.write("new.txt", `${passphrase}\n`), "--reason", "担当者の異動", ...options);
  assert.ok(changed.ok, changed.stderr);
  office.write("office.txt", `${passphrase}\n`);
  return changed;
}

/** Opens a bundle and gives what the verdict says of the office's key. */
async function familiar(browser, files, { watch = false } = {}) {
  const viewer = await Viewer.open(browser);
  await viewer.openBundle(files, office.recipientPassphrase);
  await viewer.verdict();
  const said = await viewer.keyFamiliar();
  if (watch) {
    await viewer.affirm();
    await viewer.player.picture.isPainted();
  }
  await viewer.close();
  return said;
}

/** Opens a bundle that stops, and gives the code. */
async function stops(browser, files) {
  const viewer = await Viewer.open(browser);
  await viewer.openBundle(files, office.recipientPassphrase);
  const code = await viewer.stopCode();
  await viewer.close();
  return code;
}

test("a recipient's page follows the office's key, and refuses what an exposed one signed alone", () =>
  Browser.use(async (browser) => {
    const clip = office.sampleClip(4);
    const first = office.seal("first.fuin", clip);
    assert.match(await familiar(browser, first.path, { watch: true }), /初めて/);
    assert.match(await familiar(browser, first.path), /前に開いたときと同じ/);
    changeKey(renewed);
    const second = office.seal("second.fuin", clip);
    assert.match(await familiar(browser, second.path, { watch: true }), /前の鍵が、いまの鍵を証明しています/);
    assert.match(await familiar(browser, second.path), /前に開いたときと同じ/);
    // What the old key sealed before that is as good as it was, and changes nothing of what is known.
    assert.match(await familiar(browser, first.path, { watch: true }), /まで使っていた鍵/);
    assert.match(await familiar(browser, second.path), /前に開いたときと同じ/);
    changeKey(`${renewed}, third`, "--exposed");
    const third = office.seal("third.fuin", clip);
    // Nobody who has not heard of it can know.
    assert.match(await familiar(browser, second.path), /前に開いたときと同じ/);
    assert.match(await familiar(browser, third.path, { watch: true }), /前の鍵が、いまの鍵を証明しています/);
    assert.equal(await stops(browser, second.path), "office_key_exposed");
    assert.match(await familiar(browser, first.path), /まで使っていた鍵/);
    // The office says by a ticket that this one is genuine.
    const ticket = path("second.ticket");
    const issued = office.office("ticket", "--bundle", second.bundle_id, "--out", ticket,
      "--recipient-passphrase-file", path("recipient.txt"));
    assert.ok(issued.ok, issued.stderr);
    assert.match(await familiar(browser, [ticket, second.path], { watch: true }), /前に開いたときと同じ/);
  }));

test("the key is changed at the desk, and the other PC takes it over with the ledger", () =>
  Browser.use(async (browser) => {
    const home = new Office();
    after(() => home.remove());
    const sealed = home.seal("desk.fuin", home.sampleClip(4));
    run("ledger", "export", "--office", home.path("office"), "--out", home.path("one.jsonl"));
    const desk = await takeOver(browser, home);
    await desk.saveAsDownloads();
    await desk.goTo("settings");
    await desk.settings.importLedger(home.path("one.jsonl"));
    await desk.told("読み込みました");
    // What has to be said is said first; a wrong passphrase changes nothing.
    const order = { reason: "USBメモリの紛失", exposed: true, passphrase: home.passphrase, next: renewed };
    await desk.settings.changeKey({ ...order, reason: " " });
    assert.match(await desk.stopNotice(), /理由/);
    await desk.settings.changeKey({ ...order, again: `${renewed}.` });
    assert.match(await desk.stopNotice(), /違います/);
    await desk.settings.changeKey({ ...order, passphrase: "another passphrase" });
    assert.match(await desk.stopNotice(), /合言葉/);
    const before = await desk.settings.eventCount();
    const keyFile = home.path("office-2.key");
    await desk.settings.changeKey(order, keyFile);
    await desk.told("鍵を替えました");
    assert.equal(await desk.settings.eventCount(), before + 1);
    assert.match(await desk.settings.keysBefore(), /ほかの人に渡ったおそれ/);
    const late = await desk.settings.exportLedger(home.path("two.jsonl"));
    // The line of before the change is proved under the new key.
    await desk.goTo("ledger");
    await desk.register.openFirst();
    await desk.case.prove(home.path("one.tlog-proof"));
    const proved = run("ledger", "check", home.path("one.tlog-proof"));
    assert.equal(proved.event?.bundle_id, sealed.bundle_id, proved.stderr);
    // A report of what the old key sealed is confirmed as before.
    const code = await reported(browser, sealed.path, home.recipientPassphrase, "return");
    await desk.toFront();
    await desk.goTo("confirm");
    await desk.confirmation.typeCode(sealed.bundle_id, code);
    await desk.told("検証できました");
    await desk.lock();
    await desk.tryToEnter(home.passphrase);
    assert.match(await desk.stopNotice(), /合言葉/);
    await desk.enter(renewed);
    await desk.close();

    await Browser.use(async (elsewhere) => {
      const other = await takeOver(elsewhere, home);
      await other.goTo("settings");
      await other.settings.importLedger(home.path("one.jsonl"));
      await other.told("読み込みました");
      await other.settings.importLedger(late);
      assert.match(await other.stopNotice(), /鍵を替えた端末のもの/);
      await other.settings.chooseKeyBackup(keyFile);
      await other.settings.checkKeyBackup(renewed);
      await other.told("この鍵に替わります");
      await other.settings.importLedger(late);
      await other.told("新しい合言葉で開いてください");
      await other.enter(renewed);
      await other.goTo("settings");
      assert.match(await other.settings.keysBefore(), /ほかの人に渡ったおそれ/);
    });
    // The command line takes it over likewise.
    const taken = (...args) => run("ledger", "import", "--office", home.path("office"), late, ...args);
    assert.equal(taken().error.code, "office_key_changed");
    const words = ["--passphrase-file", home.write("renewed.txt", `${renewed}\n`)];
    assert.ok(taken("--key-file", keyFile, ...words).ok);
    assert.ok(run("ledger", "verify", "--office", home.path("office")).ok);
  }));
