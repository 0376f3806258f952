// What may leave the player under a grant: a picture on paper, an original.
import { Part } from "./part.mjs";
import { Sheet } from "./sheet.mjs";

const at = {
  part: "#take-out",
  print: "#print-picture",
  printed: "img.printed",
  close: "#print-sheet + button",
  original: "#export-original",
  now: "#export-now",
  done: "#exported",
  cancel: "#cancel-export",
  progress: "#take-out progress",
};

export class TakeOut extends Part {
  constructor(page) {
    super(page);
    this.sheet = new Sheet(page);
  }

  /** How many parts with such buttons there are: 0 or 1. */
  count() {
    return super.count(at.part);
  }

  /** Has the picture that is shown made into a sheet, and waits until it is there. */
  async print() {
    await this.page.click(at.print);
    await this.page.waitForFunction((place) => document.querySelector(place)?.naturalWidth > 0, at.printed);
  }

  /** Puts the sheet away. */
  async close() {
    await this.page.click(at.close);
    await this.hasNo(at.printed);
  }

  /** Files come as downloads, as there is nobody to choose a place. */
  saveAsDownload() {
    return this.page.evaluate(() => { window.showSaveFilePicker = undefined; });
  }

  /** Takes the original out and keeps it at `to`; gives its path. */
  async takeOriginal(to) {
    await this.page.click(at.original);
    const { path } = await this.handOut(at.now, to);
    return path;
  }

  /** Begins to take the original out, and calls it off when a part of it is out; waits until it has stopped. */
  async beginAndCallOff() {
    await this.page.click(at.original);
    await this.page.click(at.now);
    await this.page.waitForFunction((place) => document.querySelector(place)?.value > 0, at.progress);
    await this.page.click(at.cancel);
    await this.page.waitForSelector(`${at.original}:enabled`);
  }

  /** What the page says once it is out. */
  async result() {
    await this.says(at.done, "SHA-256");
    return this.page.textContent(at.done);
  }
}
