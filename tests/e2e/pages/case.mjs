// One case at the desk: review, decision, sealing or showing at the office, and its timeline.
import { today } from "../dates.mjs";
import { Part } from "./part.mjs";

const at = {
  title: "#case-title",
  state: "#case-state",
  timeline: "#timeline",
  attachments: "#case-attachments",
  saveAttachment: ".save-attachment",

  review: "#review-form",
  callback: "#callback",
  councilOn: "#council-on",
  recordReview: "#record-review",
  findings: "#findings",
  blocking: ".blocks",

  decision: "#decision",
  decidedBy: "#decided-by",
  reason: "#decision-reason",
  grant: "#grant",
  refuse: "#refuse",
  withdraw: "summary:has-text('提供可の決定を変更する・取り消す')",

  sealing: "#seal-form",
  pickClips: "#pick-clips",
  clip: ".clip-row",
  clipStarts: "#clip-starts-0",
  clipError: "#clip-error-0",
  forDevice: "#seal-for-device",
  seal: "#seal",
  cancelSeal: "#cancel-seal",

  extension: "summary:has-text('返却期限を延長する')",
  extendUntil: "#extend-until",
  extendReason: "#extend-reason",
  extendBy: "#extend-by",
  extend: "#extend",
  extensionCode: "#extension-code strong",
  reissue: "#reissue summary",
  shareSealed: "#share-sealed summary",
  ticketBundle: "#ticket-bundle",
  issueTicket: "#issue-ticket",
  furtherReader: "#further-reader summary",
  readerPerson: "#reader-person",
  issueReader: "#issue-reader",
  readers: "#readers button",

  provision: "#provide-form",
  provide: "#provide",
  glimpses: ".glimpses img",
  sampleClip: "#sample-clip",
};

const undertaking = {
  on: "#undertaking-on",
  by: "#undertaking-by",
  onward: "#undertaking-onward",
};

const provision = {
  on: "#provide-on",
  place: "#provide-place",
};

/** A clip's length and codec, which the page knows once it has looked at the clip. */
const clipFacts = `${at.clip} p + p:not([role=status])`;
const progress = `${at.sealing} progress`;
const outside = "範囲の外";

export class Case extends Part {
  /** The places that the keyboard reaches. */
  static at = at;

  state() {
    return this.page.textContent(at.state);
  }

  /** Waits until the case is in this state. */
  becomes(state) {
    return this.page.waitForFunction(
      ({ place, state }) => document.querySelector(place).textContent === state, { place: at.state, state },
    );
  }

  /** Saves the proof that the disclosure is in the ledger, at `path`. */
  async prove(path) {
    await this.page.click("details:has(#prove) summary");
    await this.handOut("#prove", path);
  }

  /** Leaves a file as the sealed bundle at the server. */
  leaveAtServer(path) {
    return this.page.setInputFiles("#pick-deposit", path);
  }

  /** Waits until the server has the bundle. */
  isAtServer() {
    return this.page.waitForSelector("#take-deposited");
  }

  /** Takes the bundle from the server, and saves it at `path`; gives the path. */
  async takeFromServer(path) {
    await this.handOut("#take-deposited", path);
    return path;
  }

  /** The number that a request had in the ledger from which it was brought. */
  numberBefore() {
    return this.page.textContent("#number-before");
  }

  /** What happened, a line for each event. */
  timeline() {
    return this.texts(`${at.timeline} li`);
  }

  /** Waits for the timeline. */
  hasTimeline() {
    return this.page.waitForSelector(at.timeline);
  }

  /** Saves an attached file at `to`; files are counted from 1. Gives its path. */
  async saveAttachment(n, to) {
    const { path } = await this.handOut(`${at.attachments} li:nth-child(${n}) ${at.saveAttachment}`, to);
    return path;
  }

  /** Asks for the first attached file, which the page may not have. */
  tryToSaveAttachment() {
    return this.page.click(at.saveAttachment);
  }

  // Review.

  isInReview() {
    return this.page.waitForSelector(at.review);
  }

  /** Whether a request's page is shown now. */
  async isShown() {
    return (await this.count(at.review)) > 0;
  }

  /** The running number of the request that is shown. */
  async number() {
    return Number((await this.page.textContent(at.title)).match(/第(\d+)号/)[1]);
  }

  /** The text of the review's form. */
  review() {
    return this.page.textContent(at.review);
  }

  /** Gives the same answer to every question of the city; what has a day is of `on`. */
  async answerAll(text, on = today) {
    for (const area of await this.page.locator(`${at.review} textarea`).all()) await area.fill(text);
    if (await this.count(at.councilOn)) await this.page.fill(at.councilOn, on);
  }

  /** Notes how the office called back. */
  noteCallback(text) {
    return this.page.fill(at.callback, text);
  }

  /** Notes the recipient's undertaking: `on`, `by`, `onward`. */
  noteUndertaking(values) {
    return this.fillIn(undertaking, values);
  }

  /** By whom the undertaking is signed, as the form has it. */
  undertakingBy() {
    return this.page.inputValue(undertaking.by);
  }

  recordReview() {
    return this.page.click(at.recordReview);
  }

  /** Waits until the review is refused. */
  reviewIsStopped() {
    return this.stoppedIn(at.review);
  }

  /** The text of all findings. */
  findings() {
    return this.page.textContent(at.findings);
  }

  /** The findings that stand against a decision to provide. */
  blocking() {
    return this.texts(`${at.findings} ${at.blocking}`);
  }

  // Decision.

  /** Says who decides. */
  decideAs(name) {
    return this.page.fill(at.decidedBy, name);
  }

  grant() {
    return this.page.click(at.grant);
  }

  /** Opens what takes a grant back. */
  openWithdrawal() {
    return this.page.click(at.withdraw);
  }

  giveReason(text) {
    return this.page.fill(at.reason, text);
  }

  refuse() {
    return this.page.click(at.refuse);
  }

  /** Waits until the decision is refused. */
  decisionIsStopped() {
    return this.stoppedIn(at.decision);
  }

  // Sealing.

  canBeSealed() {
    return this.page.waitForSelector(at.sealing);
  }

  /** How many forms for sealing there are. */
  sealForms() {
    return this.count(at.sealing);
  }

  chooseClips(paths) {
    return this.page.setInputFiles(at.pickClips, paths);
  }

  /** Asks for the clip's first picture with its marks; gives the picture's address, once it is another than before. */
  async previewMarks(before = "") {
    if (!before) await this.page.click("#mark-preview");
    await this.page.waitForFunction((before) => {
      const picture = document.querySelector(".mark-preview");
      return picture && picture.complete && picture.naturalWidth > 0 && picture.src !== before;
    }, before);
    return this.page.getAttribute(".mark-preview", "src");
  }

  /** How strong the marks are to be. */
  setMarkOpacity(value) {
    return this.page.selectOption("#seal-mark-opacity", value);
  }

  /** How close they are to stand. */
  setMarkRepeat(value) {
    return this.page.selectOption("#seal-mark-repeat", value);
  }

  /** Waits until the page has looked at the clip. */
  knowsClip() {
    return this.page.waitForSelector(clipFacts);
  }

  /** In practice: takes the clip that the page brings along. */
  useSampleClip() {
    return this.page.click(at.sampleClip);
  }

  /** Waits until so many pictures of the chosen clips are seen. */
  showsGlimpses(count) {
    return this.page.waitForFunction(({ place, count }) => {
      const all = [...document.querySelectorAll(place)];
      return all.length === count && all.every((image) => image.naturalWidth > 16);
    }, { place: at.glimpses, count });
  }

  /** What the page says of the clip. */
  clipFacts() {
    return this.page.textContent(at.clip);
  }

  /** Waits until it says that so much of the clip, from 0 to 1, was looked at. */
  hasLooked(part) {
    const bar = `${at.clip} progress`;
    return this.page.waitForFunction(({ bar, part }) => document.querySelector(bar)?.value >= part, { bar, part });
  }

  /** Has a part of the clip cut out: `from`, `to` as typed, and whether without sound. Of what was decided, without times. */
  async cut({ from, to, mute = false } = {}) {
    const fields = `${at.clip} details.cut`;
    if ((await this.page.getAttribute(fields, "open")) === null) await this.page.click(`${fields} summary`);
    if (from) await this.page.fill("#clip-from-0", from);
    if (to) await this.page.fill("#clip-to-0", to);
    if (!from) await this.page.click(`${fields} .link`);
    await this.page.setChecked("#clip-mute-0", mute);
    await this.page.click("#clip-cut-0");
  }

  /** Waits until the page says what the part was cut out of; gives its words. */
  async isCut() {
    const said = await this.page.waitForSelector(`${at.clip} p.cut`);
    return said.textContent();
  }

  /** Takes all of the clip again. */
  async uncut() {
    await this.page.click(`${at.clip} p.cut button`);
    await this.page.waitForSelector(`${at.clip} details.cut`);
  }

  /** Why no part was cut. */
  async isNotCut() {
    const said = await this.page.waitForSelector(`${at.clip} details.cut .stop-text`);
    return said.textContent();
  }

  /** What the camera's clock shows when the clip begins, as the form has it. */
  clipStart() {
    return this.page.inputValue(at.clipStarts);
  }

  /** How many clips there are. */
  clips() {
    return this.count(at.clip);
  }

  removeClip() {
    return this.page.click(`${at.clip} button`);
  }

  /** Says what the camera's clock showed when the clip began. */
  setClipStart(time) {
    return this.page.fill(at.clipStarts, time);
  }

  /** Says by how many seconds the camera's clock runs ahead. */
  setClockError(seconds) {
    return this.page.fill(at.clipError, seconds);
  }

  /** Waits until the page says that the clip lies outside the requested range. */
  clipIsOutside() {
    return this.says(at.clip, outside);
  }

  /** Waits until the page no longer says so. */
  clipIsInside() {
    return this.page.waitForFunction(
      ({ clip, outside }) => !document.querySelector(clip).textContent.includes(outside), { clip: at.clip, outside },
    );
  }

  /** Whether the bundle is sealed for the recipient's device. */
  forDevice() {
    return this.page.isChecked(at.forDevice);
  }

  sealForDevice() {
    return this.page.check(at.forDevice);
  }

  /** Begins to seal what was chosen. */
  beginSealing() {
    return this.page.click(at.seal);
  }

  /** Waits until more than so many bytes are sealed. */
  hasSealed(bytes) {
    return this.page.waitForFunction(
      ({ progress, bytes }) => document.querySelector(progress)?.value > bytes, { progress, bytes },
    );
  }

  cancelSealing() {
    return this.page.click(at.cancelSeal);
  }

  /** Waits until nothing is being sealed. */
  sealsNothing() {
    return this.hasNo(progress);
  }

  /** Seals what was chosen; gives the bundle's path and its number. */
  async sealChosen(to) {
    const { name, path } = await this.handOut(at.seal, to);
    return { bundle: path, id: name.replace(".fuin", "") };
  }

  /** Chooses a clip and seals it, as `sealChosen`. */
  async seal(clip, to) {
    await this.chooseClips(clip);
    await this.knowsClip();
    return this.sealChosen(to);
  }

  // Extension and tickets.

  /** Extends the return date; gives the code that is read out to the recipient. */
  async extend(until) {
    await this.page.click(at.extension);
    await this.page.fill(at.extendUntil, until);
    await this.page.fill(at.extendReason, "公判が続くため");
    await this.page.fill(at.extendBy, "課長");
    await this.page.click(at.extend);
    await this.page.waitForSelector(at.extensionCode);
    return this.page.textContent(at.extensionCode);
  }

  /** Issues a ticket in the place of what was handed out; gives its path and its number. */
  async reissue(to) {
    await this.page.click(at.reissue);
    const { name, path } = await this.handOut(at.issueTicket, to);
    return { ticket: path, id: name.replace(".ticket", "") };
  }

  /** Issues a ticket for a bundle that was sealed for another request. */
  async shareSealed(bundle, to) {
    await this.page.click(at.shareSealed);
    await this.page.selectOption(at.ticketBundle, bundle);
    const { name, path } = await this.handOut(at.issueTicket, to);
    return { ticket: path, id: name.replace(".ticket", "") };
  }

  /** Opens what somebody else under the same request gets. */
  openFurtherReader() {
    return this.page.click(at.furtherReader);
  }

  /** Tries to issue it to nobody; gives what is said below the field. */
  async furtherReaderIsMissing() {
    await this.page.click(at.issueReader);
    return this.page.textContent(`${at.readerPerson}-wrong`);
  }

  /** Issues a ticket to somebody else under the same request; gives its path and its number. */
  async addReader(person, to) {
    await this.page.fill(at.readerPerson, person);
    const { name, path } = await this.handOut(at.issueReader, to);
    return { ticket: path, id: name.replace(".ticket", "") };
  }

  /** Who watches under this request, and what became of it; the one that is shown has a star. */
  readers() {
    return this.page.locator(at.readers).evaluateAll((all) =>
      all.map((one) => (one.getAttribute("aria-pressed") === "true" ? "*" : "") + one.textContent));
  }

  /** Shows the part of the reader with these words. */
  showReader(words) {
    return this.page.click(`${at.readers}:has-text('${words}')`);
  }

  /** Records who decided, as it should have been. */
  async correctDecision({ by, grounds, reason, who }) {
    await this.page.click("#correct-decision > summary");
    await this.page.fill("#decision-by", by);
    if (grounds) await this.page.fill("#decision-grounds", grounds);
    await this.page.fill("#decision-reason", reason);
    await this.page.fill("#decision-corrected-by", who);
    await this.page.click("#correct-decision-record");
  }

  // Showing at the office.

  canBeProvided() {
    return this.page.waitForSelector(at.provision);
  }

  /** Says when and where the footage was shown. */
  describeProvision(values) {
    return this.fillIn(provision, values);
  }

  provide() {
    return this.page.click(at.provide);
  }

  /** Waits until what was said of the showing is refused. */
  provisionIsStopped() {
    return this.stoppedIn(at.provision);
  }
}
