// The picture on the canvas: its pixels, the number that the page says beside it, and the mark that each picture of
// the corpus bears.
import assert from "node:assert/strict";
import { Part } from "./part.mjs";

const at = {
  canvas: "#picture",
  number: "#picture-number",
};

/** The canvas of a camera; cameras are counted from 1. */
const canvasOf = (camera) => (camera === 1 ? at.canvas : `${at.canvas}-${camera - 1}`);

/**
 * Reads the ten blocks of 24 pixels along the top edge, which say the picture's number in binary: white is 1. `turn`
 * is how the picture was turned clockwise; `flip` that it was mirrored. The blocks' middles are away from the
 * watermark's letters.
 */
const readMarker = ({ canvas, turn = 0, flip = false, width = 320, height = 240 }) => {
  const picture = document.querySelector(canvas);
  const copy = new OffscreenCanvas(picture.width, picture.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 10; bit++) {
    const x = flip ? width - 1 - (bit * 24 + 12) : bit * 24 + 12;
    const y = 8;
    const [left, top] = {
      0: [x, y], 90: [height - 1 - y, x], 180: [width - 1 - x, height - 1 - y], 270: [y, width - 1 - x],
    }[turn];
    const { data } = context.getImageData(left - 2, top - 2, 4, 4);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i];
    if (sum / 16 > 128) number |= 1 << bit;
  }
  return number;
};

/** Mean absolute difference of the colour channels of two pictures, 0 to 255. */
export function difference(a, b) {
  assert.equal(a.data.length, b.data.length);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i] - b.data[i]);
  return sum / a.data.length;
}

/** What is wrong where a picture is not shown in its place. */
const misplaced = (number, said, found, marker) =>
  `picture ${number}: the page says ${said}, the canvas bears ${found} and not ${marker}`;

export class Picture extends Part {
  /** Waits until the canvas holds more than its first black. */
  isPainted(camera = 1) {
    return this.page.waitForFunction((canvas) => document.querySelector(canvas)?.width > 16, canvasOf(camera));
  }

  /** From now on the page looks at every frame whether the canvas holds more than its first black. */
  watchForPaint() {
    return this.page.evaluate((canvas) => {
      const look = () => {
        if (document.querySelector(canvas)?.width > 16) globalThis.painted = true;
        requestAnimationFrame(look);
      };
      look();
    }, at.canvas);
  }

  /** Whether anything was painted since then: true or undefined. */
  paintedMeanwhile() {
    return this.page.evaluate(() => globalThis.painted);
  }

  /** The canvas as it is: width, height, RGBA. */
  async pixels() {
    const { width, height, base64 } = await this.page.evaluate((canvas) => {
      const picture = document.querySelector(canvas);
      const copy = document.createElement("canvas");
      copy.width = picture.width;
      copy.height = picture.height;
      const context = copy.getContext("2d");
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      let binary = "";
      for (let at = 0; at < data.length; at += 0x8000) binary += String.fromCharCode(...data.subarray(at, at + 0x8000));
      return { width: copy.width, height: copy.height, base64: btoa(binary) };
    }, at.canvas);
    return { width, height, data: Buffer.from(base64, "base64") };
  }

  /**
   * Waits until the canvas differs from `before`, and gives what is on it. The page hears of a picture a moment
   * before the canvas is presented.
   */
  async changesFrom(before) {
    const until = Date.now() + 15_000;
    for (;;) {
      const now = await this.pixels();
      if (now.data.length === before.data.length && difference(before, now) > 0.5) return now;
      assert.ok(Date.now() < until, "the picture did not change");
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** Waits until `read` finds `expected` in the pixels. */
  async readsAs(read, expected) {
    const until = Date.now() + 15_000;
    while (read(await this.pixels()) !== expected) {
      assert.ok(Date.now() < until, "the pixels did not become as expected");
      await this.page.evaluate(() => new Promise(requestAnimationFrame));
    }
  }

  /** Waits until the canvas is like `before` again. */
  async comesBackTo(before) {
    const until = Date.now() + 10_000;
    while (difference(before, await this.pixels()) >= 0.5) {
      assert.ok(Date.now() < until, "the plain look did not come back");
    }
  }

  /** Takes a picture of it off the screen. */
  screenshot(path) {
    return this.page.locator(at.canvas).screenshot({ path });
  }

  /** Where the picture stands on the screen. */
  box() {
    return this.page.locator(at.canvas).boundingBox();
  }

  /** Asks for the context menu of the picture; gives whether the page lets the browser open it. */
  askForContextMenu() {
    return this.page.evaluate((canvas) => document.querySelector(canvas)
      .dispatchEvent(new MouseEvent("contextmenu", { cancelable: true, bubbles: true })), at.canvas);
  }

  /** The attribute that says whether the picture can be dragged away. */
  draggable() {
    return this.page.getAttribute(at.canvas, "draggable");
  }

  /** How many canvases of this picture are in what fills the screen. */
  inFullScreen() {
    return this.page.evaluate(
      (canvas) => document.fullscreenElement.querySelectorAll(canvas).length, `canvas${at.canvas}`,
    );
  }

  /** The number that the page says. */
  async number() {
    return Number(await this.page.textContent(at.number));
  }

  /** Number of pictures, as the page says. */
  async total() {
    const all = (number) => document.querySelector(number).parentElement.textContent;
    const text = await this.page.evaluate(all, at.number);
    return Number(text.split("/")[1]);
  }

  /** Waits until the page says any number. */
  isNumbered() {
    return this.page.waitForFunction((number) => Number(document.querySelector(number)?.textContent) > 0, at.number);
  }

  /** Waits until the page says this number. */
  numberIs(wanted) {
    return this.#until((said, _read, wanted) => said === wanted, wanted);
  }

  /** Waits until the page says a greater number. */
  goesPast(number, options) {
    return this.#until((said, _read, number) => said > number, number, options);
  }

  /** Waits until the page says a smaller number. */
  goesBelow(number) {
    return this.#until((said, _read, number) => said < number, number);
  }

  /** The number that the picture of a camera bears. */
  marker({ camera = 1, ...shape } = {}) {
    return this.page.evaluate(readMarker, { canvas: canvasOf(camera), ...shape });
  }

  /** Waits until the picture of a camera bears this number. */
  bears(wanted, camera = 1) {
    const bears = (_said, read, { canvas, wanted }) => read({ canvas }) === wanted;
    return this.#until(bears, { canvas: canvasOf(camera), wanted });
  }

  /** Waits until the picture of a camera bears a number between these two. */
  bearsBetween(least, most, camera = 1) {
    const between = (_said, read, { canvas, least, most }) => {
      const marker = read({ canvas });
      return marker > least && marker < most;
    };
    return this.#until(between, { canvas: canvasOf(camera), least, most });
  }

  /** Waits until the page says a number greater than this one, and the picture bears just that. */
  bearsItsNumberPast(number) {
    const bears = (said, read, { canvas, number }) => said > number && read({ canvas }) === said - 1;
    return this.#until(bears, { canvas: at.canvas, number });
  }

  /**
   * Waits until the page says that it shows picture `number` (from 1) and the canvas bears `marker`, which is counted
   * from 0; null if the clip's pictures bear none. The page hears of a picture a moment before the canvas is
   * presented, so both are waited for; what is never there fails. `shape` is how the picture is turned, mirrored or
   * sized.
   */
  async shows(number, marker = number - 1, shape = {}) {
    const both = (said, read, { number, marker, shape }) =>
      said === number && (marker === null || read(shape) === marker);
    try {
      await this.#until(both, { number, marker, shape: { canvas: at.canvas, ...shape } }, { timeout: 10_000 });
    } catch (error) {
      const [said, found] = [await this.page.textContent(at.number), await this.marker(shape)];
      throw new Error(misplaced(number, said, found, marker), { cause: error });
    }
  }

  /**
   * Presses `key` where the focus is, in the page itself, and waits until the next of these pictures is shown, for each
   * of them: many steps, none of which is worth its ways to the browser and back. The mark is the number from 0.
   */
  async areShownBy(key, numbers, shape = {}) {
    await this.page.evaluate(`globalThis.readMarker = ${readMarker}; undefined`);
    const wrong = await this.page.evaluate(async ({ at, key, numbers, shape }) => {
      for (const number of numbers) {
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        const until = performance.now() + 10_000;
        for (;;) {
          const said = Number(document.querySelector(at.number).textContent);
          const late = performance.now() > until;
          // To read the canvas takes longer than a step.
          if (said === number || late) {
            const marker = globalThis.readMarker({ canvas: at.canvas, ...shape });
            if (said === number && marker === number - 1) break;
            if (late) return [number, said, marker, number - 1];
          }
          await new Promise(requestAnimationFrame);
        }
      }
      return null;
    }, { at, key, numbers, shape });
    if (wrong) throw new Error(misplaced(...wrong));
  }

  /**
   * Waits until `condition` holds in the page. It is given the number that the page says, the reader of marks, and
   * `arg`; it knows nothing of this file.
   */
  async #until(condition, arg, options = {}) {
    // The page's policy forbids making functions of texts while it runs, so they are put there before.
    await this.page.evaluate(`globalThis.readMarker = ${readMarker}; globalThis.condition = ${condition}; undefined`);
    return this.page.waitForFunction(({ number, arg }) => {
      const said = Number(document.querySelector(number)?.textContent);
      return globalThis.condition(said, globalThis.readMarker, arg);
    }, { number: at.number, arg }, { polling: "raf", ...options });
  }

  /** From now on the page writes down every number that it says. */
  recordNumbers() {
    return this.page.evaluate((number) => {
      globalThis.numbers = [];
      const said = document.querySelector(number);
      new MutationObserver(() => numbers.push(Number(said.textContent)))
        .observe(said, { childList: true, characterData: true, subtree: true });
    }, at.number);
  }

  recordedNumbers() {
    return this.page.evaluate(() => numbers);
  }

  /** Waits until a recorded number was followed by a smaller one so often. */
  goesRound(times, options) {
    return this.page.waitForFunction(
      (times) => numbers.filter((n, i) => i > 0 && n < numbers[i - 1]).length >= times, times, options,
    );
  }

  /** Waits until the number goes up by `step` at once, to the first of a group of so many. */
  leapsBy(step) {
    return this.page.evaluate(({ number, step }) => new Promise((resolve) => {
      let before = null;
      const said = document.querySelector(number);
      const observer = new MutationObserver(() => {
        const now = Number(said.textContent);
        if (before !== null && now - before === step && now % step === 1) {
          observer.disconnect();
          resolve();
        }
        before = now;
      });
      observer.observe(said, { childList: true, characterData: true, subtree: true });
    }), { number: at.number, step });
  }
}
