// The issuing office's desk: how an office is founded, taken over or practised, how its parts are reached, and the
// list of the day. Each part has a page object of its own.
import { page as html } from "../office.mjs";
import { Amendments } from "./amendments.mjs";
import { Case } from "./case.mjs";
import { Confirmation } from "./confirmation.mjs";
import { Incoming } from "./incoming.mjs";
import { Papers } from "./papers.mjs";
import { Part } from "./part.mjs";
import { Register } from "./register.mjs";
import { Settings } from "./settings.mjs";
import { Tracing } from "./tracing.mjs";

const at = {
  officeLabel: "#office-label",
  fault: "#ledger-fault",
  newRequest: "#new-request",
  toSeal: "#to-seal",
  overdue: "#overdue li",
  practising: "#practising",
  practise: "#practise",
  throwAway: "#throw-away",
  lost: "#lost-office",
  unsentKept: "#unsent-kept",
  handOver: "hand-over-title",
  saveViewer: "#save-viewer",
  guideTicks: "#guide li strong",
  toReview: "#to-review button",
  neededLabel: "label.needed",
  wrong: "[aria-invalid=true]",
};

/** What is said below a field. */
const wordsBelow = (id) => `#${id}-wrong`;

const founding = {
  name: "#office-name",
  contact: "#office-contact",
  founder: "#office-founder",
  passphrase: "#office-new-passphrase",
  again: "#office-new-passphrase-again",
};

const lock = {
  passphrase: "#desk-passphrase",
  open: "#open-desk",
  lock: "#lock-desk",
  soon: "#locks-soon",
  who: "#who",
  ask: "#ask-who",
  actor: "#actor",
  isWho: "#is-who",
  change: "#change-who",
  asFile: "#file-desk",
};

/** Who works at the desk in most tests. */
const actor = "係長 見本";

const setUp = {
  rules: "#office-rules",
  ownRules: "#pick-rules",
  ownRulesRead: "#own-rules",
  found: "#office-found",
  key: "#pick-office-key",
  passphrase: "#office-passphrase",
  takeOver: "#office-unlock",
};

/** Where a part is reached: today, request, ledger, confirm, forms, trace or settings. */
const way = (part) => `#nav-${part}`;

export class Desk extends Part {
  /** The places that the keyboard reaches. */
  static way = way;

  constructor(page) {
    super(page);
    this.incoming = new Incoming(page);
    this.case = new Case(page);
    this.amendments = new Amendments(page);
    this.papers = new Papers(page, at.officeLabel);
    this.register = new Register(page);
    this.confirmation = new Confirmation(page);
    this.settings = new Settings(page);
    this.tracing = new Tracing(page);
  }

  /** The built page at the office's door, or the one at `address`. */
  static async open(browser, { address = html, practice = false, time } = {}) {
    return new Desk(await browser.page(address, practice ? "#practice" : "#office", { time }));
  }

  /** Takes away the browser's dialogue for saving: files come as downloads, as there is nobody to choose a place. */
  saveAsDownloads() {
    return this.page.evaluate(() => { window.showSaveFilePicker = undefined; });
  }

  /** What is said of an office that this browser lost; nothing if it lost none. */
  async lostOffice() {
    await this.isReady();
    return (await this.count(at.lost)) ? this.page.textContent(at.lost) : null;
  }

  // Founding and taking over.

  /** Says who the office is: `name`, `contact`, `passphrase`, and `founder`, who registers it. */
  describeOffice(values) {
    // A passphrase is typed twice alike, unless a test says otherwise.
    const twice = "passphrase" in values ? { again: values.passphrase } : {};
    return this.fillIn(founding, { founder: actor, ...twice, ...values });
  }

  /** Chooses a city's rules. */
  chooseRules(city) {
    return this.page.selectOption(setUp.rules, { value: city });
  }

  /** Reads the office's own rules from a file. */
  readRules(path) {
    return this.page.setInputFiles(setUp.ownRules, path);
  }

  /** Waits until the rules that were read have these words. */
  hasReadRules(words) {
    return this.says(setUp.ownRulesRead, words);
  }

  /** Founds the office that was described; its key's backup is kept at `keyTo`. */
  found(keyTo) {
    return this.handOut(setUp.found, keyTo);
  }

  /** Begins to found the office, and waits for nothing. */
  beginToFound() {
    return this.page.click(setUp.found);
  }

  /** The ticks of the practice's guide. */
  async steps() {
    return (await this.page.locator(at.guideTicks).allTextContents()).map((text) => text.trim()[0]).join("");
  }

  /** Opens the first request that waits for its review. */
  openToReview() {
    return this.page.click(at.toReview);
  }

  /** The ids of the fields that must be filled in, in their order. */
  needed() {
    return this.page.locator(at.neededLabel).evaluateAll((all) => all.map((label) => label.htmlFor));
  }

  /** The ids of the fields that are said to be wrong, in their order. */
  wrongFields() {
    return this.page.locator(at.wrong).evaluateAll((all) => all.map((field) => field.id));
  }

  /** What is said below a field. */
  wrongWords(id) {
    return this.page.textContent(wordsBelow(id));
  }

  /** Waits until a field has the keyboard. */
  keyboardGoesTo(id) {
    return this.page.waitForFunction((id) => document.activeElement.id === id, id);
  }

  /** Waits until all that was typed of a request is kept. */
  keepsUnsent() {
    return this.says(at.unsentKept, "控えてあります");
  }

  /** Waits until the page says what is to be done before the medium is handed over, and that has the keyboard. */
  handsOver() {
    return this.keyboardGoesTo(at.handOver);
  }

  /** Saves this page as the viewer; gives its path. */
  async saveViewer(to) {
    const { path } = await this.handOut(at.saveViewer, to);
    return path;
  }

  /** Something, as an extension might, adds an element to the page. */
  isChangedByAnExtension() {
    return this.page.evaluate(() => document.body.append(document.createElement("translated")));
  }

  tryToSaveViewer() {
    return this.page.click(at.saveViewer);
  }

  /** How many forms for founding an office there are. */
  foundingForms() {
    return this.count(setUp.found);
  }

  /** Waits until the page has read what is stored: it asks for the passphrase, or lets an office be founded. */
  isReady() {
    return this.page.waitForFunction(({ open, found }) => {
      const button = document.querySelector(found);
      return document.querySelector(open) || (button && !button.disabled);
    }, { open: lock.open, found: setUp.found });
  }

  /** Opens an office with the file of its key. */
  async takeOver(keyFile, passphrase) {
    await this.page.setInputFiles(setUp.key, keyFile);
    await this.tryPassphrase(passphrase);
  }

  /** Tries another passphrase for the same file. */
  async tryPassphrase(passphrase) {
    await this.page.fill(setUp.passphrase, passphrase);
    await this.page.click(setUp.takeOver);
  }

  // Opening, locking, and who works here.

  /** Opens the desk, and says who works here if that is asked. */
  async enter(passphrase) {
    await this.tryToEnter(passphrase);
    await this.page.waitForSelector(`${lock.who}, ${lock.ask}`);
    if (await this.count(lock.ask)) await this.worksHere();
  }

  /** Tries a passphrase on the locked desk. */
  async tryToEnter(passphrase) {
    await this.page.fill(lock.passphrase, passphrase);
    await this.page.click(lock.open);
  }

  /** Loads the page anew, and opens the desk. */
  async reopen(passphrase) {
    await this.reload();
    await this.enter(passphrase);
  }

  /** Waits until the desk is locked. */
  isLocked() {
    return this.page.waitForSelector(lock.passphrase);
  }

  lock() {
    return this.page.click(lock.lock);
  }

  /** Waits until the page says that it locks itself soon. */
  locksSoon() {
    return this.page.waitForSelector(lock.soon);
  }

  /** Asked who works here: says so. */
  async worksHere(name = actor) {
    await this.page.fill(lock.actor, name);
    await this.page.click(lock.isWho);
    await this.hasNo(lock.ask);
  }

  /** Waits until it is asked who works here, and gives the name that stands there. */
  async asksWho() {
    await this.page.waitForSelector(lock.actor);
    return this.page.inputValue(lock.actor);
  }

  /** Says that somebody else works here now. */
  async changeWho(name) {
    await this.page.click(lock.change);
    await this.worksHere(name);
  }

  /** Waits until the page shows who works here. */
  async worker() {
    await this.page.waitForSelector(lock.who);
    return this.page.textContent(lock.who);
  }

  /** Opens it to be looked at alone. */
  async lookOn() {
    if (!(await this.count(lock.ask))) await this.page.click(lock.change);
    await this.page.click("#look-on");
    await this.page.waitForSelector("#reads-only");
  }

  /** The parts that can be reached. */
  async parts() {
    const ids = await this.page.locator("nav.screens button").evaluateAll((all) => all.map(({ id }) => id));
    return ids.map((id) => id.replace("nav-", ""));
  }

  /** The buttons, fields and files by which something could be recorded: all but those for searching and for showing. */
  recorders() {
    const known = ["search", "year", "book", "find"];
    return this.page.locator("main :is(form, input, textarea, select)").evaluateAll(
      (all, known) => all.map((one) => one.id).filter((id) => !known.some((name) => id.includes(name))), known,
    );
  }

  /** How often the page says now that it is a file. */
  fileWarnings() {
    return this.count(lock.asFile);
  }

  // Getting around.

  /** Waits until the desk is open. */
  isOpen() {
    return this.page.waitForSelector(way("today"));
  }

  /** Goes to a part: today, request, ledger, confirm, forms or settings. */
  goTo(part) {
    return this.page.click(way(part));
  }

  /** Waits until the page says that the stored ledger is damaged. */
  hasFault() {
    return this.page.waitForSelector(at.fault);
  }

  hasNoFault() {
    return this.hasNo(at.fault);
  }

  /** How often the page says now that the stored ledger is damaged. */
  faultCount() {
    return this.count(at.fault);
  }

  // The list of the day.

  /** How many buttons for a new request there are. */
  newRequestButtons() {
    return this.count(at.newRequest);
  }

  /** Waits until something waits to be sealed. */
  hasSomethingToSeal() {
    return this.page.waitForSelector(at.toSeal);
  }

  /** Opens the first case that waits to be sealed. */
  openFirstToSeal() {
    return this.page.click(`${at.toSeal} button`);
  }

  toSealCount() {
    return this.count(`${at.toSeal} li`);
  }

  /** Waits until something is overdue. */
  hasSomethingOverdue() {
    return this.page.waitForSelector(at.overdue);
  }

  overdueCount() {
    return this.count(at.overdue);
  }

  // Practice.

  /** Waits until the page says that this is practice. */
  isPractice() {
    return this.page.waitForSelector(at.practising);
  }

  /** How often the page says now that this is practice. */
  practiceCount() {
    return this.count(at.practising);
  }

  /** Lets the page invent an office to practise on. */
  practise() {
    return this.page.click(at.practise);
  }

  /** Waits until practice can begin. */
  offersPractice() {
    return this.page.waitForSelector(at.practise);
  }

  throwPracticeAway() {
    return this.page.click(at.throwAway);
  }

  /** Goes back to the real desk. */
  leavePractice() {
    return this.page.click(`${at.practising} a`);
  }
}
