// Several cameras side by side: which of them is chosen, which has no picture at this time, and what their clocks say.
// Cameras are counted from 1, as on the keyboard.
import { Part } from "./part.mjs";

const at = {
  view: ".view",
  canvases: ".stage canvas",
  anyCanvas: "canvas",
  clock: ".camera-clock",
  trueTime: ".true-time",
};

const viewOf = (camera) => `${at.view}:nth-child(${camera})`;

export class Cameras extends Part {
  /** `dark` is where a camera says that it has no picture at this time. */
  constructor(page, dark) {
    super(page);
    this.dark = dark;
  }

  /** Where this camera says that it has no picture. */
  #darkOf(camera) {
    return `${viewOf(camera)} ${this.dark}`;
  }

  /** Waits until so many cameras stand side by side. */
  areShown(count) {
    return this.has(at.canvases, count);
  }

  /** How many cameras stand side by side now. */
  shown() {
    return this.count(at.canvases);
  }

  /** How many canvases the whole page has now. */
  canvases() {
    return this.count(at.anyCanvas);
  }

  /** Waits until the buttons and keys mean this camera. */
  isChosen(camera) {
    return this.page.waitForSelector(`${viewOf(camera)}.focused`);
  }

  /** Waits until a camera has no picture at this time, and says so. */
  isDark(camera) {
    return this.page.waitForSelector(this.#darkOf(camera));
  }

  /** How many clocks a camera shows now: 0 or 1. */
  clockCount(camera) {
    return this.count(`${viewOf(camera)} ${at.clock}`);
  }

  /** Waits until a camera no longer says that it has no picture. */
  isLit(camera) {
    return this.hasNo(this.#darkOf(camera));
  }

  /** How often a camera says now that it has no picture. */
  darkCount(camera) {
    return this.count(this.#darkOf(camera));
  }

  clockSays(words) {
    return this.says(at.clock, words);
  }

  trueTimeSays(words) {
    return this.says(at.trueTime, words);
  }

  /** All that is said about true time, and the first camera's own clock. */
  clocks() {
    return this.texts(`${at.trueTime}, ${viewOf(1)} ${at.clock}`);
  }
}
