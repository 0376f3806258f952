// The tabs beside the picture: facts, bookmarks, tones, and the log of stills.
import { Part } from "./part.mjs";

const at = {
  panel: "#tab-panel",
  openMarks: "#tab-marks",
  openTones: "#tab-tones",
  openLog: "#tab-log",
  kind: "#kind",
  noPicture: "#no-picture",
  time: "#pts",
  lost: "#lost",
  passedOver: "#passed-over",
  notes: "#clip-notes",
  addMark: "#add-mark",
  marks: "#marks li",
  markNote: ".mark-note",
  goToMark: ".go-mark",
  exportMarks: "#export-marks",
  makeExhibits: "#make-exhibits",
  closeExhibits: "#close-exhibits",
  exhibits: "article.exhibits",
  exhibitPictures: "article.exhibits img",
  lines: "#look-lines",
  brightness: "#look-brightness",
  zoom: "#look-zoom",
  plain: "#look-reset",
  log: "#viewing-log",
  panel: "#tab-panel",
};

export class Tabs extends Part {
  /** The text of the tab that is open. */
  shown() {
    return this.page.textContent(at.panel);
  }

  // Facts, which are open at first.

  /** What is said where there is no picture at this time. */
  noPicture() {
    return this.page.textContent(at.noPicture);
  }

  /** Which kind of picture is shown: key picture, P or B. */
  async kind() {
    return (await this.page.textContent(at.kind)).trim();
  }

  /** The picture's time as the file has it, and in seconds. */
  time() {
    return this.page.textContent(at.time);
  }

  /** How many pictures cannot be decoded, as the page says. */
  lost() {
    return this.page.textContent(at.lost);
  }

  /** How many lines say that pictures are lost: 0 or 1. */
  lostLines() {
    return this.count(at.lost);
  }

  /** How many pictures were not shown while it played; what is not said is 0. */
  passedOver() {
    return this.page.evaluate((place) => Number(document.querySelector(place)?.textContent ?? 0), at.passedOver);
  }

  /** What the page says about the whole clip. */
  notes() {
    return this.page.textContent(at.notes);
  }

  // Bookmarks.

  openMarks() {
    return this.page.click(at.openMarks);
  }

  addMark() {
    return this.page.click(at.addMark);
  }

  /** Waits until there are so many bookmarks. */
  hasMarks(count) {
    return this.has(at.marks, count);
  }

  /** Writes a note to a bookmark; bookmarks are counted from 1. */
  async noteMark(n, text) {
    const note = this.page.locator(at.markNote).nth(n - 1);
    await note.fill(text);
    await note.blur();
  }

  /** Goes to the picture of the first bookmark. */
  goToFirstMark() {
    return this.page.locator(at.goToMark).first().click();
  }

  /** Has the bookmarks made into a list of exhibits, and waits until it is there with its pictures. */
  async makeExhibits() {
    await this.page.click(at.makeExhibits);
    await this.page.waitForSelector(at.exhibits);
    await this.page.waitForFunction(
      (place) => [...document.querySelectorAll(place)].every((image) => image.naturalWidth > 16), at.exhibitPictures,
    );
  }

  /** How many pictures the list has. */
  exhibitPictures() {
    return this.count(at.exhibitPictures);
  }

  /** Puts that list away. */
  async closeExhibits() {
    await this.page.click(at.closeExhibits);
    await this.hasNo(at.exhibits);
  }

  exportMarks(to) {
    return this.handOut(at.exportMarks, to);
  }

  // Tones.

  openTones() {
    return this.page.click(at.openTones);
  }

  /** "0" is both fields, "1" the upper, "2" the lower one. */
  setLines(value) {
    return this.page.selectOption(at.lines, value);
  }

  setBrightness(value) {
    return this.page.fill(at.brightness, value);
  }

  /** Shows the middle of the picture, so many times larger. */
  makeLarger(times) {
    return this.page.fill(at.zoom, String(times));
  }

  takeBackTones() {
    return this.page.click(at.plain);
  }

  // The log.

  openLog() {
    return this.page.click(at.openLog);
  }

  /** The viewing log, as the recipient reads it. */
  log() {
    return this.page.textContent(at.log);
  }
}
