// Ways that many tests go through the desk and the viewer: an office is founded, a request recorded, reviewed and
// sealed, a receipt written.
import { readFileSync } from "node:fs";
import { Desk } from "./pages/desk.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { due, footage, today, written } from "./dates.mjs";

export const passphrase = "課の合言葉 2026 とても長い";

/** For what footage is asked in most tests. */
export const purpose = "窃盗被疑事件の捜査";

/** From when to when, as a form has it. */
export const range = { from: `${footage}T21:00`, to: `${footage}T21:30` };

/** A request of the police, as it stands on paper. */
export const onPaper = {
  received: today, organization: "見本警察署", department: "刑事課", address: "見本市見本町1番地",
  representative: "署長 見本一郎", person: "巡査部長 例示花子", phone: "０３-0000-0000",
  documentNumber: "刑捜第１２３号", documentDate: written, purpose, camera: "正面出入口 1番", ...range,
  mediumNumber: "USB-07", due,
};

/** The desk of a new office under a city's rules; its key's backup is kept at `keyTo`. */
export async function found(browser, city, keyTo, { time } = {}) {
  const desk = await Desk.open(browser, { time });
  await desk.saveAsDownloads();
  await desk.describeOffice({ name: `${city}の提供元`, contact: "03-0000-0000", passphrase });
  await desk.chooseRules(city);
  await desk.found(keyTo);
  await desk.isOpen();
  return desk;
}

/** Founds 多治見の自治会 on a desk that is open; its key's backup is kept at `keyTo`. */
export async function foundTajimi(desk, keyTo) {
  await desk.describeOffice({ name: "多治見の自治会", contact: "0572", passphrase });
  await desk.chooseRules("tajimi");
  await desk.found(keyTo);
  await desk.isOpen();
}

/** O2: records a request of the police, typed in from paper. `goOn` takes a form that was begun. */
export async function record(desk, { ground = "investigation", basis = "CCP_197_2", detail = "", number, goOn = false } = {}) {
  if (!goOn) await desk.goTo("request");
  await desk.incoming.fill({ ...onPaper, documentNumber: number ?? onPaper.documentNumber, basisDetail: detail });
  await desk.incoming.chooseGround(ground, basis);
  await desk.incoming.record();
  await desk.case.isInReview();
}

/** O3: answers every question of the city; gives the blocking findings before and after. */
export async function review(desk, { undertaking = false, on = today } = {}) {
  const before = await desk.case.blocking();
  await desk.case.answerAll("記録のとおり認める。", on);
  await desk.case.noteCallback("代表番号へ折り返した");
  if (undertaking) await desk.case.noteUndertaking({ on, by: "署長 見本一郎", onward: "検察庁" });
  await desk.case.recordReview();
  await desk.told("審査を記録しました");
  return { before, after: await desk.case.blocking() };
}

/** Decides that the footage is provided. */
export async function grant(desk, by) {
  await desk.case.decideAs(by);
  await desk.case.grant();
}

/** O4: seals a clip at `to`; gives the bundle's path, its number and the words of the passphrase's letter. */
export async function seal(desk, clip, to) {
  const sealed = await desk.case.seal(clip, to);
  return { ...sealed, words: await desk.papers.readPassphrase() };
}

/** Opens the desk of an office that the command line founded. */
export async function takeOver(browser, office) {
  const desk = await Desk.open(browser);
  await desk.takeOver(office.path("office/office.key"), office.passphrase);
  await desk.worksHere();
  return desk;
}

/** V0 to V5: watches, and gives the code of the report. */
export async function reported(browser, bundle, words, kind) {
  const viewer = await Viewer.open(browser);
  await viewer.watch(bundle, words);
  await viewer.player.finish();
  await viewer.receipt.report(kind, { method: "媒体を返送" });
  const code = await viewer.receipt.code();
  await viewer.close();
  return code;
}

/** V2 to V5: reports the receipt of a bundle; gives the viewing log in the signed file, which is kept at `to`. */
export async function signedLog(viewer, to) {
  await viewer.affirm();
  await viewer.player.picture.isPainted();
  await viewer.player.finish();
  await viewer.receipt.report("delivery");
  await viewer.receipt.code();
  await viewer.receipt.save(to);
  return noted(to);
}

/** What a report's viewing log says: its entries, and the codes of its anomalies. */
export function noted(receipt) {
  const { log } = JSON.parse(Buffer.from(readFileSync(receipt, "utf8").split(".")[1], "base64url"));
  const entries = log.entries.map((entry) => JSON.parse(entry));
  return { ...log, entries, anomalies: entries.filter(({ what }) => what === "anomaly").map(({ code }) => code) };
}

/** Confirms a report by its code. */
export async function confirmByCode(desk, bundle, code) {
  await desk.toFront();
  await desk.goTo("confirm");
  await desk.confirmation.typeCode(bundle, code);
  await desk.told();
}

/** Closes a case whose medium came back. */
export async function close(desk, medium) {
  await desk.confirmation.closeCase(medium);
  await desk.told("完了にしました");
}
