// The first minute of a recipient: files that are no bundle, browsers that lack something, and how few steps lead to a
// second bundle of an office that is known.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { Office } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const [first, second] = ["first.fuin", "second.fuin"].map((name) => office.seal(name, office.sampleClip(8)));

test("a file that is no bundle is named, and another one can be chosen at once", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  for (const [name, bytes] of [["映像.mp4", readFileSync(office.sampleClip(8))], ["photos.zip", Buffer.from("PK\x05\x06" + "\0".repeat(18))],
    ["誓約書.pdf", Buffer.from("%PDF-1.4")], ["empty.dat", Buffer.alloc(0)]]) {
    await viewer.chooseBundle({ name, mimeType: "application/octet-stream", buffer: bytes });
    await viewer.stopped(`「${name}」は封印ファイルではありません`);
  }
  await viewer.chooseBundle([first.path, second.path]);
  await viewer.stopped("1つずつ開きます");
  await viewer.chooseBundle(first.path);
  assert.equal(await viewer.bundleId(), first.bundle_id);
}));

test("what is named like a bundle and is none stops with what to do", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  await viewer.chooseBundle({ name: "cut.fuin", mimeType: "application/octet-stream", buffer: readFileSync(first.path).subarray(0, 5000) });
  assert.match(await viewer.stopCode(), /^container_/);
}));

test("a bundle may be dropped anywhere, and the field for the passphrase has the keyboard", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    await viewer.dropAnywhere("first.fuin", readFileSync(first.path));
    await viewer.asksForPassphrase();
    await viewer.passphraseHasKeyboard();
    // Dropped on another screen it is not opened, and the browser does not take it either.
    await viewer.dropAnywhere("second.fuin", readFileSync(second.path));
    assert.equal(await viewer.bundleId(), first.bundle_id);
  }));

describe("what the browser lacks is said before a file is chosen", () => {
  const lacking = (take, words) => Browser.use(async (browser) => {
    await browser.context.addInitScript(take);
    const viewer = await Viewer.open(browser);
    assert.match(await viewer.lacks(), words);
    return viewer;
  });
  test("WebCodecs", () => lacking(() => { delete globalThis.VideoDecoder; }, /復号する機能がありません/));
  test("canvases for workers", () =>
    lacking(() => { delete HTMLCanvasElement.prototype.transferControlToOffscreen; }, /映像を表示できません/));
  test("WebCrypto", () => lacking(() => {
    Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined });
  }, /暗号の機能が使えない/));
});

test("without WebCodecs the page's own decoder plays", () => Browser.use(async (browser) => {
  // Its worker has none either.
  await browser.context.addInitScript(() => {
    const take = URL.createObjectURL;
    URL.createObjectURL = (blob) => take(
      blob.type === "text/javascript" ? new Blob(["delete globalThis.VideoDecoder;", blob], { type: blob.type }) : blob,
    );
    delete globalThis.VideoDecoder;
  });
  const viewer = await Viewer.open(browser);
  await viewer.watch(first.path, office.recipientPassphrase);
  await viewer.player.remarks("software");
  await viewer.player.play();
  await viewer.player.picture.goesPast(5);
}));

test("a second bundle of a known office: five presses to a moving picture, and little to read", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    await viewer.watch(first.path, office.recipientPassphrase);
    await viewer.reload();
    // Choosing a file is one press here and two in the system's dialogue.
    let [presses, letters] = [3, await viewer.letters()];
    await viewer.chooseBundle(second.path);
    await viewer.asksForPassphrase();
    letters += await viewer.letters();
    await viewer.passphraseHasKeyboard();
    await viewer.typePassphrase(office.recipientPassphrase);
    await viewer.press("Enter");
    await viewer.asksForName();
    assert.match(await viewer.verdict(), /港区防災課が.*に封印したままの映像です/);
    letters += await viewer.letters();
    const undertaking = await viewer.lettersOfUndertaking();
    assert.match(await viewer.addresseeWatches(), /例示花子/);
    await viewer.promise();
    presses += 1;
    await viewer.player.picture.isPainted();
    await viewer.player.hasKeyboard();
    await viewer.player.pressPicture();
    presses += 1;
    await viewer.player.isPlaying();
    assert.ok(presses <= 5, `${presses} presses`);
    assert.ok(undertaking > 100, `${undertaking} letters of the undertaking`);
    assert.ok(letters - undertaking <= 400, `${letters} letters, ${undertaking} of the undertaking`);
    // What was verified can still be read.
    await viewer.player.finish();
    await viewer.goOnWatching();
  }));
