// 必要な範囲の切り出し at the desk: a part is cut out of a clip, seen, sealed, shown, and checked against its file.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { join } from "node:path";
import { Browser } from "./browser.mjs";
import { corpus } from "./corpus.mjs";
import { footage } from "./dates.mjs";
import { found, grant, record, review } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());

const clipOf = (name) => join(corpus(), name);

test("a part of a clip is cut, sealed and shown as one, and the same part comes out of its file again", () =>
  Browser.use(async (browser) => {
    const desk = await found(browser, "minato");
    await record(desk);
    await review(desk, { undertaking: true });
    await grant(desk, "防災課長");
    await desk.case.canBeSealed();
    // From a transport stream, whose units stand behind start codes, with sound.
    const clip = clipOf("aac.ts");
    await desk.case.chooseClips(clip);
    await desk.case.knowsClip();
    await desk.case.cut({ from: "0:02", to: "0:01" });
    assert.match(await desk.case.isNotCut(), /始まりより後ではありません/);
    await desk.case.cut({ from: "そこ", to: "0:01" });
    assert.match(await desk.case.isNotCut(), /0:12:30 のように/);
    // It begins with a key picture, and so does what the camera's clock showed.
    await desk.case.setClipStart(`${footage}T21:00:00`);
    await desk.case.cut({ from: "0:02.5", to: "0:03", mute: true });
    assert.match(await desk.case.isCut(), /元の映像「aac\.ts」の 0:00:02\.000 から/);
    await desk.case.showsGlimpses(1);
    assert.equal(await desk.case.clipStart(), `${footage}T21:00:02`);
    await desk.case.uncut();
    assert.match(await desk.case.clipStart(), /T21:00(:00)?$/);
    await desk.case.cut({ from: "0:02.5", to: "0:03", mute: true });
    await desk.case.isCut();
    const { bundle } = await desk.case.sealChosen(office.path("part.fuin"));
    const words = await desk.papers.readPassphrase();
    await desk.papers.print("cover", ["元の映像「aac.ts」から切り出したもの"]);

    const checked = run("clip", clip, "--check", bundle, "--recipient-passphrase-file", office.write("w.txt", words));
    assert.equal(checked.checked?.length, 1, checked.raw);
    const { cut } = checked.checked[0];
    assert.deepEqual([cut.source.file_name, cut.sound, cut.from], ["aac.ts", false, 2_000_000]);
    const viewer = await Viewer.open(browser);
    await viewer.watch(bundle, words);
    await viewer.player.picture.isPainted();
    assert.match(await viewer.player.tabs.shown(), /元の映像「aac\.ts」の 0:00:02\.000 から/);
    assert.ok((await viewer.player.tabs.shown()).includes(cut.source.sha256));
  }));

test("what lies outside of the decided range is cut off by one press", () => Browser.use(async (browser) => {
  const desk = await found(browser, "minato");
  await record(desk);
  await review(desk, { undertaking: true });
  await grant(desk, "防災課長");
  await desk.case.canBeSealed();
  await desk.case.chooseClips(clipOf("ten-minutes.mp4"));
  await desk.case.knowsClip();
  await desk.case.setClipStart(`${footage}T20:55:00`);
  await desk.case.clipIsOutside();
  await desk.case.cut();
  assert.match(await desk.case.isCut(), /0:05:00\.000 から 0:10:00/);
  await desk.case.clipIsInside();
  assert.equal(await desk.case.clipStart(), `${footage}T21:00`);
}));
