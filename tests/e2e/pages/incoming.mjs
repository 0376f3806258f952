// The desk's part in which a request is taken in: typed in from paper or read from the recipient's file, with its
// scans.
import { RequestForm } from "./request-form.mjs";

const at = {
  file: "#pick-request",
  fromFile: "section[aria-labelledby=from-file-title]",
  origin: "#request-origin",
  scans: "#pick-scans",
  attached: "#attached",
  form: "#request-form",
  record: "#record-request",
  restored: "#restored",
  throwAway: "#throw-draft-away",
};

export class Incoming extends RequestForm {
  /** The places that the keyboard reaches. */
  static at = { ...RequestForm.at, record: at.record };

  /** Waits for the form. */
  isOpen() {
    return this.page.waitForSelector(at.form);
  }

  /** Reads the recipient's file. */
  readFile(path) {
    return this.page.setInputFiles(at.file, path);
  }

  /** Waits until the page says from whom the file is, and gives what it says. */
  async origin() {
    await this.page.waitForSelector(at.origin);
    return this.page.textContent(at.origin);
  }

  /** Waits until the page no longer speaks of a file. */
  hasNoOrigin() {
    return this.hasNo(at.origin);
  }

  /** How often the page says now from whom a file is. */
  originCount() {
    return this.count(at.origin);
  }

  /** All that the page says about the file. */
  aboutFile() {
    return this.page.textContent(at.fromFile);
  }

  attachScan(path) {
    return this.page.setInputFiles(at.scans, path);
  }

  /** Waits until so many files are attached. */
  hasAttached(count) {
    return this.has(`${at.attached} li`, count);
  }

  /** Takes the first attached file away. */
  takeAway() {
    return this.page.click(`${at.attached} button`);
  }

  record() {
    return this.page.click(at.record);
  }

  /** From now on the page writes down whether the button that records was ever off. */
  watchRecord() {
    return this.page.evaluate((record) => {
      const button = document.querySelector(record);
      globalThis.wasOff = button.disabled;
      const look = () => { globalThis.wasOff ||= button.disabled; };
      new MutationObserver(look).observe(button, { attributes: true });
    }, at.record);
  }

  recordWasOff() {
    return this.page.evaluate(() => globalThis.wasOff);
  }

  /** The same, where something is missing. */
  tryToRecord() {
    return this.page.click(at.record);
  }

  /** Waits until the page says that it put back what was typed before. */
  isRestored() {
    return this.page.waitForSelector(at.restored);
  }

  /** Throws that away. */
  async throwAway() {
    await this.page.click(at.throwAway);
    await this.hasNo(at.restored);
  }
}
