// From the request to the yearly report without a mouse, at the desk and in the viewer.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { due, footage } from "./dates.mjs";
import { found, purpose, range } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Case } from "./pages/case.mjs";
import { Confirmation } from "./pages/confirmation.mjs";
import { Desk } from "./pages/desk.mjs";
import { Incoming } from "./pages/incoming.mjs";
import { Keyboard } from "./pages/keyboard.mjs";
import { Papers } from "./pages/papers.mjs";
import { Player } from "./pages/player.mjs";
import { Receipt } from "./pages/receipt.mjs";
import { Register } from "./pages/register.mjs";
import { Viewer, viewerName } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());

// Dates are typed part by part, in the order of the browser's own language, whichever this browser has.
const american = (day) => day.slice(5, 7) + day.slice(8) + day.slice(0, 4);
const japanese = (day) => `${day.slice(0, 4)}\t${day.slice(5, 7)}${day.slice(8)}`;

/** The clerk types a request in, and decides on it. */
async function recordAndGrant(desk, keys) {
  const { at } = Incoming;
  await keys.enter(Desk.way("request"));
  await desk.incoming.isOpen();
  await keys.type(at.organization, "見本警察署");
  await keys.type(at.person, viewerName);
  await keys.tabTo(at.ground);
  await keys.press("ArrowDown");
  await keys.type(at.documentNumber, "刑捜第1号");
  await keys.type(at.purpose, purpose);
  await keys.type(at.camera, "正面 1番");
  await keys.typeDate(at.from, range.from, [`${american(footage)}\t0900p`, `${japanese(footage)}2100`]);
  await keys.typeDate(at.to, range.to, [`${american(footage)}\t0930p`, `${japanese(footage)}2130`]);
  await keys.typeDate(at.due, due, [american(due), japanese(due)]);
  await keys.enter(at.record);
  await desk.case.isInReview();
  await keys.type(Case.at.decidedBy, "管理責任者");
  await keys.tabTo(Case.at.grant);
  await keys.press("Space");
  await desk.case.canBeSealed();
}

/** The clerk seals a clip; gives the bundle's path, its number and its passphrase. */
async function sealClip(desk, keys) {
  await keys.choose(Case.at.pickClips, office.sampleClip(4));
  await desk.case.knowsClip();
  const download = await keys.download(Case.at.seal);
  const { name, path } = await desk.keep(download, (name) => office.path(name));
  await desk.papers.offers("passphrase");
  await keys.enter(Papers.button("passphrase"));
  return { bundle: path, id: name.replace(".fuin", ""), words: await desk.papers.passphrase() };
}

/** The recipient watches and reports; gives the report's code. */
async function watchAndReport(browser, bundle, words) {
  const viewer = await Viewer.open(browser);
  const { player, receipt } = viewer;
  const keys = new Keyboard(viewer.page);
  await keys.choose(Viewer.at.pickBundle, bundle);
  await viewer.asksForPassphrase();
  await keys.type(Viewer.at.passphrase, words);
  await keys.press("Enter");
  await viewer.verdict();
  await keys.enter(Viewer.at.toUndertaking);
  await viewer.asksForName();
  await keys.type(Viewer.at.name, viewerName);
  await keys.enter(Viewer.at.begin);
  await player.picture.isPainted();
  await keys.tabTo(Player.at.play);
  await keys.press("Space");
  await player.picture.goesPast(5);
  await keys.press("Space");
  await keys.enter(Player.at.finished);
  await receipt.isOpen();
  // Nothing is chosen: the first kind has the keyboard, and the next one is the return.
  await keys.tabTo(Receipt.at.kinds);
  await keys.press("Space");
  await keys.press("ArrowDown");
  await keys.type(Receipt.at.method, "媒体を返送");
  await keys.enter(Receipt.at.make);
  await keys.enter(Receipt.at.eraseNow);
  const code = await receipt.code();
  await viewer.close();
  return code;
}

/** The clerk confirms the report, and closes the case. */
async function confirmAndClose(desk, keys, id, code) {
  await desk.toFront();
  await keys.enter(Desk.way("confirm"));
  await desk.confirmation.isOpen();
  await keys.type(Confirmation.at.bundle, id);
  await keys.type(Confirmation.at.code, code);
  await keys.press("Enter");
  await desk.confirmation.canClose();
  await keys.type(Confirmation.at.medium, "異常なし");
  await keys.enter(Confirmation.at.close);
  await desk.told("完了にしました");
}

test("from the request to the yearly report by keyboard alone", () => Browser.use(async (browser) => {
  const desk = await found(browser, "tajimi");
  const keys = new Keyboard(desk.page);
  await recordAndGrant(desk, keys);
  const { bundle, id, words } = await sealClip(desk, keys);
  const code = await watchAndReport(browser, bundle, words);
  await confirmAndClose(desk, keys, id, code);

  await keys.enter(Desk.way("ledger"));
  await desk.register.canBeSearched();
  // «/» goes to the search box, arrows go from row to row, Enter opens one.
  await keys.press("/");
  await keys.write("窃盗");
  await desk.register.hasRows(1);
  await keys.enter(Register.at.openCase);
  await desk.case.hasTimeline();
  assert.equal(await desk.case.state(), "完了");
  await keys.enter(Desk.way("forms"));
  await desk.papers.offers("yearly");
  await keys.enter(Papers.button("yearly"));
  const report = await desk.papers.sheet.text();
  for (const counted of ["申請1 件", "提供可1 件", "返却1 件", "完了1 件"]) {
    assert.ok(report.includes(counted), `${counted}: ${report}`);
  }
}));
