// The desk's papers and records: letters to a bundle, forms of a city, the yearly report, the operations log,
// incidents.
import assert from "node:assert/strict";
import { Part } from "./part.mjs";
import { Sheet } from "./sheet.mjs";

const at = {
  passphrase: "#passphrase-words",
  operation: "#operation-form",
  section: "#operation-section",
  recordOperation: "#record-operation",
  incident: "#incident-form",
  recordIncident: "#record-incident",
  printSet: ".print-set label",
  printAll: "#print-all",
};

const operation = {
  on: "#operation-on",
  subject: "#operation-subject",
  reason: "#operation-reason",
  particulars: "#operation-particulars",
};

const incident = {
  bundle: "#incident-bundle",
  place: "#incident-place",
  on: "#incident-on",
  what: "#incident-what",
  measures: "#incident-measures",
  reported: "#incident-reported",
};

/**
 * The button of a paper: passphrase, cover, hashes, delivery, return, undertaking, yearly, incident, card, midori-1,
 * midori-2, minato-2 or minato-3.
 */
const button = (name) => (name === "incident" ? "[id^=paper-incident]" : `#paper-${name}`);
/** What opens a form: the heading of the part that it stands in. */
const headingOf = (form) => `${form} >> xpath=.. >> summary`;

export class Papers extends Part {
  /** The buttons that the keyboard reaches. */
  static button = button;

  /** `officeLabel` is where the page says whose desk it is. */
  constructor(page, officeLabel) {
    super(page);
    this.sheet = new Sheet(page);
    this.officeLabel = officeLabel;
  }

  /** Waits until a paper can be had. */
  offers(name) {
    return this.page.waitForSelector(button(name));
  }

  /** How many buttons for a paper there are. */
  buttons(name) {
    return this.count(button(name));
  }

  open(name) {
    return this.page.click(button(name));
  }

  /** Opens a paper and prints it: these words must be on it, and its pages must be so many and of this shape. */
  async print(name, words, { pages = 1, landscape = false } = {}) {
    await this.open(name);
    await this.sheet.appears();
    const office = process.env.FUIN_PAPERS ? await this.page.textContent(this.officeLabel) : "";
    const printed = await this.sheet.print(`${office}-paper-${name}`);
    for (const word of words) {
      const found = printed.text.includes(word.replaceAll(/\s/g, ""));
      assert.ok(found, `${word} is not on ${name}: ${printed.text.slice(0, 400)}`);
    }
    assert.deepEqual([printed.pages, printed.landscape], [pages, landscape], `${name}: pages, landscape`);
  }

  /** Opens the letter with the passphrase, once there is one, and reads it. */
  /** The sum of the figures in the picture of a year whose title begins so. */
  async plotted(title) {
    const spoken = await this.page.getAttribute(`#plots svg[aria-label^="${title}"]`, "aria-label");
    return [...spoken.matchAll(/ (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** What is printed before the medium is handed over, in its order. */
  toPrint() {
    return this.texts(at.printSet);
  }

  /** What of it is not ticked as printed. */
  notPrinted() {
    return this.page.locator(`${at.printSet}:not(:has(:checked))`).allTextContents();
  }

  /** Prints the whole set, which must be so many pages. */
  async printAll(pages) {
    await this.page.evaluate(() => {
      window.printing = new Promise((resolve) => { window.print = resolve; });
    });
    await this.page.click(at.printAll);
    await this.page.evaluate(() => window.printing);
    const printed = await this.sheet.print("print-set");
    assert.equal(printed.pages, pages);
    return printed;
  }

  async readPassphrase() {
    await this.offers("passphrase");
    await this.open("passphrase");
    return this.passphrase();
  }

  /** The passphrase on the letter that is open. */
  passphrase() {
    return this.page.textContent(at.passphrase);
  }

  // The operations log and incidents.

  /** Records an operation: its section, and `on`, `subject`, `reason`, `particulars`. */
  async recordOperation(section, values) {
    if (!(await this.page.isVisible(at.operation))) await this.page.click(headingOf(at.operation));
    await this.page.selectOption(at.section, { label: section });
    await this.fillIn(operation, values);
    await this.page.click(at.recordOperation);
  }

  /** Records an incident: `on`, `what`, `measures`, `reported`. */
  async recordIncident(values) {
    await this.page.click(headingOf(at.incident));
    await this.fillIn(incident, values);
    await this.page.click(at.recordIncident);
  }
}
