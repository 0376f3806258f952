// A request that the recipient writes in the viewer, with undertaking and the device's key: the office reads, reviews
// and seals for that device. Files that were altered, or that promise something else, are noticed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { due, today, wareki, written } from "./dates.mjs";
import { found, grant, purpose, range, review, seal } from "./journeys.mjs";
import { Office, altered, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

/** Under which the recipient keeps the keys of his device. */
const deviceWords = "署の端末だけの合言葉 2026";

/** The recipient applies to 港区 and promises; gives the file, its short number. */
async function apply(viewer) {
  const { application } = viewer;
  await viewer.goToApplication();
  await application.chooseCity("minato");
  await accessible(viewer, "request");
  await application.fill({
    organization: "見本警察署", department: "刑事課", address: "東京都港区見本1-1", representative: "署長 見本一郎",
    person: "巡査部長 例示花子", phone: "０３-0000-0000", documentNumber: "港刑第７号", documentDate: written, purpose,
    camera: "正面出入口 1番", ...range, due,
  });
  // 港区 8条3項 asks for the promise: without it there is no file.
  await application.tryToMake();
  await viewer.stopped("守ります");
  await application.promise();
  await application.sign({ signedBy: "署長 見本一郎", onwardTo: "東京地方検察庁" });
  await application.forDevice(deviceWords);
  const file = await application.make(path);
  return { file, number: await application.number() };
}

/** The clerk reads the file, adds a scan, and records. */
async function takeIn(desk, file, number) {
  const { incoming } = desk;
  await desk.goTo("request");
  await incoming.readFile(file);
  assert.ok((await incoming.origin()).includes(number));
  assert.equal(await incoming.typed("purpose"), purpose);
  assert.equal(await incoming.typed("from"), range.from);
  await incoming.attachScan(office.write("照会書.pdf", "%PDF-1.4 a scan"));
  await incoming.hasAttached(2);
  await accessible(desk, "O2 from a file");
  await incoming.fill({ received: today });
  await incoming.record();
  await desk.case.isInReview();
}

/** The recipient applies under rules whose promises are in other words than the city's; gives the file. */
async function applyUnderOtherRules(viewer) {
  const { application } = viewer;
  await viewer.toFront();
  await viewer.reload();
  const rules = run("rules", "show", "minato", "--toml").toml;
  await viewer.goToApplication();
  const other = office.write("other.toml", rules.replace("適正に管理すること", "ほどほどに管理すること"));
  await application.chooseRules(other);
  await application.asks("ほどほどに");
  await application.fill({
    organization: "見本警察署", person: "例示花子", purpose: "捜査", camera: "1番", ...range, due,
  });
  await application.sign({ signedBy: "署長" });
  await application.promise();
  return application.make(path("other.jws"));
}

test("the recipient writes request and undertaking; the office reads, reviews and seals for that device; " +
  "it opens there with the device's key", () =>
  Browser.use(async (browser) => {
    const viewer = await Viewer.open(browser);
    const { file, number } = await apply(viewer);
    const printed = await viewer.application.sheet.print("application");
    assert.equal(printed.pages, 2, "application and undertaking, a page each");
    for (const word of [
      "防犯カメラ画像提供申請書", "誓約書", "第三者への無断提供をしないこと", "午後9時30分", "港刑第７号", number, "印",
    ]) {
      assert.ok(printed.text.includes(word), `${word} is not on the sheets: ${printed.text.slice(0, 600)}`);
    }
    // The command line takes the same file.
    const recorded = office.office("record", "request", file);
    assert.ok(recorded.ok, recorded.stderr);

    const desk = await found(browser, "minato");
    const { incoming } = desk;
    await takeIn(desk, file, number);
    // The promise came along; what only the office can answer is still open.
    assert.equal(await desk.case.undertakingBy(), "署長 見本一郎");
    const findings = await review(desk);
    assert.ok(findings.before.every((text) => text.includes("8条2項")), findings.before.join());
    assert.deepEqual(findings.after, []);
    const kept = await desk.case.saveAttachment(2, path("scan-again.pdf"));
    assert.equal(readFileSync(kept, "utf8"), "%PDF-1.4 a scan");
    await grant(desk, "防災課長");
    // A key out of a file is a wish; the office grants it after its call-back.
    assert.equal(await desk.case.forDevice(), false);
    await desk.case.sealForDevice();
    const { bundle, words } = await seal(desk, office.sampleClip(4), path);
    await desk.papers.print("undertaking", [wareki(today).split("年")[0], "署長見本一郎", "東京地方検察庁"]);
    assert.ok(office.verify(bundle, words).ok);

    await viewer.toFront();
    await viewer.reload();
    await viewer.chooseBundle(bundle);
    await viewer.unlockWithDevice(deviceWords);
    await viewer.affirm();
    await viewer.player.picture.isPainted();
    await accessible(viewer, "player");

    // Promises in other words than the city's are none; a file that was taken away says nothing any more.
    await desk.toFront();
    await desk.goTo("request");
    const other = await applyUnderOtherRules(viewer);
    await desk.toFront();
    await incoming.readFile(other);
    await incoming.origin();
    assert.match(await incoming.aboutFile(), /誓約書は提出されていないものとして扱います/);
    await incoming.takeAway();
    await incoming.hasNoOrigin();
    // A file that is taken away takes its promise with it.
    await incoming.readFile(file);
    await incoming.origin();
    await incoming.takeAway();
    await incoming.hasNoOrigin();
    await incoming.fill({ received: today });
    await incoming.record();
    await desk.case.isInReview();
    assert.equal(await desk.case.undertakingBy(), "");
    assert.ok((await desk.case.findings()).includes("8条3項"));
    await desk.goTo("request");

    // An altered file is refused.
    writeFileSync(path("altered.jws"), altered(readFileSync(file, "utf8"), 900));
    await desk.toFront();
    await desk.goTo("request");
    await incoming.readFile(path("altered.jws"));
    await desk.stopNotice();
    assert.equal(await incoming.originCount(), 0);
  }));
