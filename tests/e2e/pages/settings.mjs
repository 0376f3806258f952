// The desk's settings: the ledger as a file, out and in; its mirror in a folder; documents; the key's backup; rules
// and roles.
import { Part } from "./part.mjs";

const at = {
  eventCount: "#event-count",
  exportLedger: "#export-ledger",
  importLedger: "#pick-ledger",
  reading: "#ledger-reading",
  stopReading: "#stop-reading",
  restoreLedger: "#restore-ledger",
  mirrorState: "#mirror-state",
  chooseMirror: "#choose-mirror",
  documents: "#pick-documents",
  keyChecked: "#key-checked",
  keyBackup: "#pick-key-backup",
  keyPassphrase: "#backup-passphrase",
  checkKey: "#check-backup",
  keysBefore: "#keys-before",
  changeKeyForm: "section[aria-labelledby='change-key-title'] details",
  changeKey: "#change-key",
  rules: "#adopt-rules",
  saveRoles: "#save-roles",
};

export class Settings extends Part {
  /** How many events the ledger has, in words. */
  events() {
    return this.page.textContent(at.eventCount);
  }

  /** How many events the ledger has. */
  async eventCount() {
    return Number((await this.events()).match(/(\d+)/)[1]);
  }

  /** Gives the office another name and contact. */
  async rename({ name, contact }) {
    await this.page.click("details:has(#rename) summary");
    await this.page.fill("#rename-name", name);
    await this.page.fill("#rename-contact", contact);
    await this.page.click("#rename button[type=submit]");
  }

  /** Chooses the text of a letter; gives it. */
  async chooseText(kind) {
    await this.page.selectOption("#text-kind", { value: kind });
    await this.page.waitForSelector("#text-body");
    return this.page.inputValue("#text-body");
  }

  /** What can be filled in. */
  places() {
    return this.page.textContent("#text-places");
  }

  /** Sets the text that was chosen. */
  async setText(body) {
    await this.page.fill("#text-body", body);
    await this.page.click("#save-text");
  }

  /** Goes back to the text of the program. */
  usualText() {
    return this.page.click("#usual-text");
  }

  /** Waits until the text is this. */
  textIs(body) {
    return this.page.waitForFunction((body) => document.querySelector("#text-body")?.value === body, body);
  }

  /** Saves the ledger at `path`; gives the path. */
  async exportLedger(path) {
    await this.handOut(at.exportLedger, path);
    return path;
  }

  /** Waits until a ledger can be read in. */
  takesLedger() {
    return this.page.waitForSelector(at.importLedger, { state: "attached" });
  }

  importLedger(files) {
    return this.page.setInputFiles(at.importLedger, files);
  }

  /** How far a ledger is read, once some of it is. */
  async readSoFar() {
    const [, lines, done] = /(\d+) 行のうち (\d+) 行/.exec(await this.page.innerText(at.reading));
    return { done: Number(done), lines: Number(lines) };
  }

  /** Waits until all lines are read; they are not stored yet. */
  async ledgerIsRead() {
    await this.page.waitForSelector(at.reading);
    await this.page.waitForSelector(at.reading, { state: "detached" });
  }

  stopReading() {
    return this.page.click(at.stopReading);
  }

  /** What the page says of a ledger that went another way. */
  unionAsked() {
    return this.page.textContent("#union");
  }

  /** Has it brought in. */
  async unite({ reason, by }) {
    await this.page.fill("#union-reason", reason);
    await this.page.fill("#union-by", by);
    await this.page.click("#unite button[type=submit]");
  }

  /** Has it brought in, and stops that as soon as the page offers to. */
  async uniteAndStop(why) {
    await this.page.evaluate(() => {
      const watcher = new MutationObserver(() => {
        const stop = document.querySelector("#stop-union");
        if (stop) {
          watcher.disconnect();
          stop.click();
        }
      });
      watcher.observe(document.body, { childList: true, subtree: true });
    });
    await this.unite(why);
    await this.page.waitForSelector("#union", { state: "detached" });
  }

  /** Waits until the page says that lines of another ledger are still to come. */
  unionIsLeft() {
    return this.page.waitForSelector("#union-under-way");
  }

  /** Waits until the page offers to put a file in the damaged ledger's place. */
  offersToRestore() {
    return this.page.waitForSelector(at.restoreLedger);
  }

  /** Puts the file in the damaged ledger's place; the damaged one is saved at `path`, which this gives. */
  async restoreLedger(path) {
    await this.handOut(at.restoreLedger, path);
    return path;
  }

  /** Waits until the page says this of the mirror. */
  mirrorIs(words) {
    return this.says(at.mirrorState, words);
  }

  chooseMirror() {
    return this.page.click(at.chooseMirror);
  }

  /** Takes in documents that another computer kept. */
  takeDocuments(files) {
    return this.page.setInputFiles(at.documents, files);
  }

  /** When the key's backup was last read back, in words. */
  keyChecked() {
    return this.page.textContent(at.keyChecked);
  }

  chooseKeyBackup(path) {
    return this.page.setInputFiles(at.keyBackup, path);
  }

  /** Has the chosen backup opened with this passphrase. */
  async checkKeyBackup(passphrase) {
    await this.page.fill(at.keyPassphrase, passphrase);
    await this.page.click(at.checkKey);
  }

  /** Waits until the page does not ask for the key's backup any more. */
  asksNoKeyBackup() {
    return this.hasNo(at.checkKey);
  }

  /** Asks for a new key; its file is saved at `path`, where it is expected to be made. */
  async changeKey({ reason, exposed, passphrase, next, again = next }, path) {
    const form = this.page.locator(at.changeKeyForm);
    if (!(await form.getAttribute("open"))) await form.evaluate((details) => { details.open = true; });
    await this.page.fill("#key-reason", reason);
    await this.page.setChecked("#key-exposed", exposed);
    await this.page.fill("#key-passphrase", passphrase);
    await this.page.fill("#key-new-passphrase", next);
    await this.page.fill("#key-new-passphrase-again", again);
    if (path) await this.handOut(at.changeKey, path);
    else await this.page.click(at.changeKey);
  }

  /** The keys that the office had, in words. */
  keysBefore() {
    return this.page.textContent(at.keysBefore);
  }

  /** Puts revised rules in force. */
  reviseRules(path) {
    return this.page.setInputFiles(at.rules, path);
  }

  saveRoles() {
    return this.page.click(at.saveRoles);
  }
}
