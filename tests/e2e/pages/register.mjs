// The desk's register of all cases: search, rows, states.
import { Part } from "./part.mjs";

const at = {
  register: "#ledger",
  search: "#search",
  openCase: ".open-case",
  state: ".status",
};

const rows = `${at.register} tbody tr`;

export class Register extends Part {
  /** The places that the keyboard reaches. */
  static at = at;

  text() {
    return this.page.textContent(at.register);
  }

  /** How many rows there are now. */
  rows() {
    return this.count(rows);
  }

  /** The number of the newest case, which is the first of the list. */
  async newest() {
    return Number(await this.page.textContent(at.openCase));
  }

  /** Waits until there are so many rows. */
  hasRows(count) {
    return this.has(rows, count);
  }

  /** Waits for the field of the search. */
  canBeSearched() {
    return this.page.waitForSelector(at.search);
  }

  /** Opens the oldest case, which is the last of the list. */
  openLast() {
    return this.page.locator(at.openCase).last().click();
  }

  /** Opens the first case. */
  openFirst() {
    return this.page.click(at.openCase);
  }

  /** The state of the first case. */
  firstState() {
    return this.page.textContent(`${at.register} ${at.state}`);
  }

  /** The state of the case with this bundle. */
  stateOf(bundleId) {
    return this.page.textContent(`${at.register} tr:has-text("${bundleId}") ${at.state}`);
  }
}
