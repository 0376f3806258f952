// What is recorded about what was recorded: corrections, withdrawals, lines that are taken back, reports that were handed
// in, letters, and the books of a year.
import assert from "node:assert/strict";
import { Part } from "./part.mjs";

const at = {
  facts: "#case-facts",
  timeline: "#timeline li",
  correct: "#correct > summary",
  correctReason: "#correct-reason",
  correctBy: "#correct-by",
  correctRecord: "#correct-record",
  footage: "#footage-left",
  owed: "#owed > li",
  grants: "#seal-grants",
  method: "#decide-method",
  book: "#book",
  bookRows: "#book-table tbody tr",
  bookCsv: "#book-csv",
  letterKind: "#letter-kind",
  letterBody: "#letter-body",
  letterNumber: "#letter-number",
  letterIssue: "#letter-issue",
  issued: "#issued li",
  issuedButton: "[id^=letter-]:is(button):not(#letter-issue)",
  reportKind: "#report-kind",
  reportFrom: "#report-from",
  report: "#report",
  reportSummary: "summary:has-text('報告番号のない報告を記録する')",
};

/** The fields of a step that needs a reason and a person. */
const because = (id) => ({
  summary: `#${id} > summary`, reason: `#${id}-reason`, by: `#${id}-by`, record: `#${id}-record`,
});

export class Amendments extends Part {
  /** Everything that the case says of its request. */
  facts() {
    return this.page.textContent(at.facts);
  }

  /** Waits until the facts have these words. */
  factsSay(words) {
    return this.says(at.facts, words);
  }

  /** Opens the form of a correction. */
  async openCorrection() {
    await this.page.click(at.correct);
    await this.page.waitForSelector(at.correctRecord);
  }

  /** Records what was typed into it. */
  async correct(reason, by) {
    await this.page.fill(at.correctReason, reason);
    await this.page.fill(at.correctBy, by);
    await this.page.click(at.correctRecord);
  }

  /** Records a step that needs a reason and a person: withdraw, reopen, or take-back-N. */
  async because(id, reason, by) {
    const fields = because(id);
    await this.page.click(fields.summary);
    await this.page.fill(fields.reason, reason);
    await this.page.fill(fields.by, by);
    await this.page.click(fields.record);
  }

  /** Takes back the last line of the timeline that may be. */
  async takeBackLast(reason, by) {
    const id = await this.page.locator(`${at.timeline} details`).last().getAttribute("id");
    await this.because(id, reason, by);
  }

  /** Waits until a line of the timeline is struck. */
  hasStruck(words) {
    return this.page.waitForFunction(
      ({ words }) => [...document.querySelectorAll("#timeline s")].some((line) => line.textContent.includes(words)), { words },
    );
  }

  /** Narrows the first line of what is provided. */
  async provideOnly(from, to) {
    await this.page.fill("#decide-from-0", from);
    await this.page.fill("#decide-to-0", to);
  }

  /** Decides in which way the footage is provided. */
  provideBy(method) {
    return this.page.selectOption(at.method, { label: method });
  }

  /** Ticks what is permitted beyond watching: still, print or export. */
  permit(name) {
    return this.page.check(`#permit-${name}`);
  }

  /** What the screen for sealing says that was permitted. */
  permitted() {
    return this.page.textContent(at.grants);
  }

  /** How long the footage is kept. */
  footageLeft() {
    return this.page.textContent(at.footage);
  }

  /** Records that the footage is kept until then, as somebody permitted. */
  async keepFootage(until, by) {
    await this.page.click("#keep-footage > summary");
    await this.page.fill("#keep-until", until);
    await this.page.fill("#keep-permitted", by);
    await this.page.click("#keep-record");
  }

  /** The reports that are owed, as the list of the day has them. */
  owed() {
    return this.texts(at.owed);
  }

  /** Waits until so many are owed. */
  owes(count) {
    return this.has(at.owed, count);
  }

  /** Records that one was handed in, by the id of its form. */
  async handIn(id) {
    await this.page.click(`#${id} > summary`);
    await this.page.click(`#${id}-record`);
  }

  /** Records a report by word of mouth. */
  async reportByWord(kind, from) {
    if (!(await this.page.isVisible(at.reportKind))) await this.page.click(at.reportSummary);
    if (kind) await this.page.selectOption(at.reportKind, { value: kind });
    await this.page.fill(at.reportFrom, from);
    await this.page.click(at.report);
  }

  /** Chooses a letter; gives its text as the program writes it. */
  async chooseLetter(kind) {
    await this.page.selectOption(at.letterKind, { value: kind });
    await this.page.waitForSelector(at.letterBody);
    return this.page.inputValue(at.letterBody);
  }

  /** Issues it with this text under this number. */
  async issue(body, number) {
    const before = await this.count(at.issued);
    await this.page.fill(at.letterBody, body);
    await this.page.fill(at.letterNumber, number);
    await this.page.click(at.letterIssue);
    await this.has(at.issued, before + 1);
  }

  /** Shows the letter that was issued last, as it went out. */
  showIssued() {
    return this.page.locator(at.issuedButton).last().click();
  }

  /** Chooses an applicant who asked before, counted from 1; gives the organization that stands in the form then. */
  async chooseKnown(n) {
    await this.page.selectOption("#known-applicant", { index: n });
    return this.page.inputValue("#organization");
  }

  /** The cameras that are offered. */
  offeredCameras() {
    return this.page.evaluate(() => [...document.querySelectorAll("#known-cameras option")].map(({ value }) => value));
  }

  /** Chooses a book of the year: disclosures, operations, incidents or media. */
  chooseBook(name) {
    return this.page.selectOption(at.book, { value: name });
  }

  /** Waits until it has so many rows, and gives them. */
  async bookRows(count) {
    await this.has(at.bookRows, count);
    return this.texts(at.bookRows);
  }

  /** Saves the book as a table for spreadsheets. */
  saveBook(to) {
    return this.handOut(at.bookCsv, to);
  }

  // The end of a year.

  /** Chooses the 年度 that began in this year. */
  chooseYear(year) {
    return this.page.selectOption("#year", { value: String(year) });
  }

  /** Closes the chosen 年度, as this person. */
  async closeYear(by) {
    await this.page.click("details:has(#close-year) summary");
    await this.page.fill("#close-year-by", by);
    await this.page.click("#close-year button[type=submit]");
  }

  /** Opens what can be done with a closed 年度; gives its words. */
  async openDestroying() {
    await this.page.click("summary:has-text('の記録を廃棄する')");
    return this.page.textContent("details:has(> summary:has-text('の記録を廃棄する'))");
  }

  /** Destroys the records of the chosen 年度: `basis`, `witness`. */
  async destroyYear({ basis, witness }) {
    await this.page.fill("#destroy-year-basis", basis);
    await this.page.fill("#destroy-year-witness", witness);
    assert.ok(await this.page.isDisabled("#destroy-year button[type=submit]"), "first it is to be affirmed");
    await this.page.check("#destroy-year-sure");
    await this.page.click("#destroy-year button[type=submit]");
  }
}
