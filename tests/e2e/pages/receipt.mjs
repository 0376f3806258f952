// The recipient's report of a return or an erasure: what it asks for, and what comes of it: a file, a sheet and a code.
import { Part } from "./part.mjs";
import { Sheet } from "./sheet.mjs";

const at = {
  method: "input#method",
  witness: "#witness",
  copies: "#copies",
  make: "#make-receipt",
  eraseDeviceKey: "#erase-device-key",
  kinds: "input[name=kind]",
  chosen: "input[name=kind]:checked",
  notice: ".notice.stop .cause",
  eraseNow: "#erase-now",
  eraseNotYet: "#erase-not-yet",
  dismiss: "#dismiss-receipt",
  goBack: "button.quiet",
  code: "#receipt-code",
  save: "#save-receipt",
  erased: "#erased",
  toStart: "#to-start",
};

export class Receipt extends Part {
  /** The places that the keyboard reaches. */
  static at = at;

  constructor(page) {
    super(page);
    this.sheet = new Sheet(page);
  }

  /** Waits for the form. */
  isOpen() {
    return this.page.waitForSelector(at.method);
  }

  /** Chooses what is reported: "return" or "erasure". */
  choose(kind) {
    return this.page.check(`input[value=${kind}]`);
  }

  /** Says how, and who saw it. */
  async describe({ method, witness }) {
    if (witness) await this.page.fill(at.witness, witness);
    if (method) await this.page.fill(at.method, method);
  }

  /** Says what became of copies. */
  sayCopies(words) {
    return this.page.fill(at.copies, words);
  }

  make() {
    return this.page.click(at.make);
  }

  /** Chooses, describes and makes the report. */
  async report(kind, words = {}) {
    await this.choose(kind);
    await this.describe(words);
    await this.make();
    if (["return", "erasure", "disposal"].includes(kind)) await this.page.click(at.eraseNow);
  }

  /** Wants the device's key erased as well. */
  alsoEraseDeviceKey() {
    return this.page.check(at.eraseDeviceKey);
  }

  /** How many kinds are chosen. */
  chosenKinds() {
    return this.page.locator(at.chosen).count();
  }

  /** What the form finds missing. */
  async missing() {
    await this.page.waitForSelector(at.notice);
    return this.page.textContent(at.notice);
  }

  /** Asked whether to erase, does not do it yet. */
  doNotEraseYet() {
    return this.page.click(at.eraseNotYet);
  }

  /** Says that the report was handed over. */
  dismiss() {
    return this.page.click(at.dismiss);
  }

  /** The code that can be read out, once the report is made. */
  async code() {
    await this.page.waitForSelector(at.code);
    return this.page.textContent(at.code);
  }

  /** Saves the report's file at `to`; gives the name that the page suggests. */
  async save(to) {
    const { name } = await this.handOut(at.save, to);
    return name;
  }

  /** What was erased, once it is. */
  async erased() {
    await this.page.waitForSelector(at.erased);
    return this.page.textContent(at.erased);
  }

  /** Goes back without a report. */
  goBack() {
    return this.page.locator(at.goBack, { hasText: "戻る" }).click();
  }

  /** Goes on to the next bundle, after a report. */
  goToStart() {
    return this.page.click(at.toStart);
  }
}
