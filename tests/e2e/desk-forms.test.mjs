// What a clerk needs of forms: what must be filled in, all that is wrong at once and below its field, and nothing that
// was typed lost; the pictures of what she seals; and what is left to do once it is sealed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { due } from "./dates.mjs";
import { found, grant, onPaper, passphrase, record, reported } from "./journeys.mjs";
import { Office, page as html } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

test("all that is wrong is said at once, below its field, until that is changed", () => Browser.use(async (browser) => {
  const desk = await found(browser, "tajimi", path("forms.key"));
  await desk.goTo("request");
  assert.deepEqual(await desk.needed(), ["received", "organization", "person", "purpose", "from-0", "to-0", "due"]);
  await desk.incoming.tryToRecord();
  const empty = ["organization", "person", "purpose", "from-0", "to-0", "due"];
  assert.deepEqual(await desk.wrongFields(), empty);
  await desk.stopped("6 か所を直してください");
  await desk.keyboardGoesTo("organization");
  await accessible(desk, "a form with wrong fields");
  await desk.incoming.fill({ organization: "見本警察署", from: "2026-11-18T22:00", to: "2026-11-18T21:00" });
  assert.deepEqual(await desk.wrongFields(), ["person", "purpose", "due"]);
  await desk.incoming.fill({ person: "例示花子", purpose: "捜査", due });
  await desk.incoming.tryToRecord();
  assert.deepEqual(await desk.wrongFields(), ["to-0"]);
  assert.match(await desk.wrongWords("to-0"), /始めより後/);
}));

test("the office's own form says so too", () => Browser.use(async (browser) => {
  const desk = await Desk.open(browser);
  await desk.beginToFound();
  assert.deepEqual(
    await desk.wrongFields(), ["office-name", "office-contact", "office-founder", "office-new-passphrase"],
  );
}));

test("a half-typed request outlives another screen, a reload and the lock; thrown away, it is gone", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi", path("draft.key"));
    await desk.goTo("request");
    await desk.incoming.fill({ organization: "見本警察署", purpose: "途中まで", from: "2026-11-18T21:00" });
    await desk.goTo("today");
    await desk.goTo("request");
    assert.equal(await desk.incoming.typed("purpose"), "途中まで");
    await desk.keepsUnsent();
    // While it is kept no press on the button is lost.
    await desk.incoming.watchRecord();
    await desk.incoming.fill({ representative: "署長" });
    await desk.keepsUnsent();
    assert.equal(await desk.incoming.recordWasOff(), false);
    await desk.reload();
    await desk.enter(passphrase);
    await desk.incoming.typeAtOnce("person", "例示花子");
    await desk.goTo("request");
    await desk.incoming.isRestored();
    assert.equal(await desk.incoming.typed("purpose"), "途中まで");
    assert.equal(await desk.incoming.typed("person"), "例示花子", "what was typed at once stays");
    assert.equal(await desk.incoming.typed("from"), "2026-11-18T21:00");
    await accessible(desk, "a form that was typed before");
    await desk.incoming.throwAway();
    await desk.goTo("request");
    assert.equal(await desk.incoming.typed("purpose"), "");
    // What was recorded does not come back.
    await desk.incoming.fill(onPaper);
    await desk.keepsUnsent();
    await desk.incoming.chooseGround("investigation", "CCP_197_2");
    await desk.incoming.record();
    await desk.case.isInReview();
    await desk.reload();
    await desk.enter(passphrase);
    await desk.goTo("request");
    assert.equal(await desk.incoming.typed("purpose"), "");
  }));

test("she sees what she seals; then what goes onto the medium and what is printed stands in order", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "tajimi", path("seal.key"));
    await record(desk);
    await grant(desk, "管理責任者");
    await desk.case.chooseClips(office.sampleClip(8));
    await desk.case.knowsClip();
    await desk.case.showsGlimpses(2);
    await accessible(desk, "O4 with the first and the last picture");
    const { bundle, id } = await desk.case.sealChosen(path("handed.fuin"));
    await desk.handsOver();
    assert.deepEqual(await desk.papers.toPrint(), [
      "合言葉の別紙", "送付書", "映像の開き方", "ハッシュ票", "受領書", "返却・消去報告書（手書き用）",
    ]);
    await accessible(desk, "after sealing");
    // The page hands itself out, byte for byte; and it plays.
    const viewer = await desk.saveViewer(path("viewer.html"));
    assert.ok(readFileSync(viewer).equals(readFileSync(html)), "the viewer is not the file that was opened");
    const printed = await desk.papers.printAll(6);
    for (const words of ["合言葉（パスワード）について（通知）　親展", "防犯カメラ画像の提供について（回答）", "映像の開き方", `${id}.fuin を選びます`, "受領書"]) {
      assert.ok(printed.text.includes(words.replaceAll(/\s/g, "")), words);
    }
    assert.deepEqual(await desk.papers.notPrinted(), []);
    // The cover letter names the viewer without anybody having chosen its file.
    const sha256 = createHash("sha256").update(readFileSync(viewer)).digest("hex");
    assert.ok(printed.text.includes(sha256), "the letter does not name the viewer");
    const words = await desk.papers.readPassphrase();
    const code = await reported(browser, bundle, words, "delivery");
    await desk.toFront();
    await desk.goTo("confirm");
    assert.match(await desk.confirmation.open(), new RegExp(`${id}　見本警察署.*USB-07`));
    await desk.confirmation.pickOpen(id);
    await desk.confirmation.typeCode(undefined, code);
    await desk.told();
  }));

test("a page that something changed is not handed out as the viewer", () => Browser.use(async (browser) => {
  const desk = await found(browser, "tajimi", path("changed.key"));
  await record(desk);
  await grant(desk, "管理責任者");
  await desk.case.chooseClips(office.sampleClip(8));
  await desk.case.knowsClip();
  await desk.case.sealChosen(path("changed.fuin"));
  await desk.handsOver();
  await desk.isChangedByAnExtension();
  await desk.tryToSaveViewer();
  await desk.stopped("拡張機能などで変えられている");
}));
