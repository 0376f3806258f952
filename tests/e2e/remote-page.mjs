// A page of a browser that playwright cannot drive, behind as much of playwright's page as the page objects of the
// journeys use: what is tested of one browser is tested of the other in the same words.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";

const TIMEOUT_MS = 60_000;
/** Between two looks at the page. */
const POLL_MS = 50;

/** Looks until `look` gives something true. */
export async function until(look, what) {
  for (const end = Date.now() + TIMEOUT_MS; ;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Hands out what the page would save: the bytes go to whoever tests, and no dialogue opens. */
export const catchDownloads = () => {
  const blobs = new Map();
  const [make, click] = [URL.createObjectURL, HTMLAnchorElement.prototype.click];
  globalThis.handedOut = [];
  URL.createObjectURL = (blob) => {
    const url = make(blob);
    blobs.set(url, blob);
    return url;
  };
  HTMLAnchorElement.prototype.click = function () {
    if (!this.download) return click.call(this);
    const name = this.download;
    new Response(blobs.get(this.href)).arrayBuffer().then((buffer) => {
      let binary = "";
      for (const byte of new Uint8Array(buffer)) binary += String.fromCharCode(byte);
      globalThis.handedOut.push({ name, base64: btoa(binary) });
    });
  };
};

/** `real` evaluates functions, clicks, presses keys and gives files, each by its own driver. */
export class RemotePage {
  constructor(real) {
    this.real = real;
    this.keyboard = { press: (key) => real.press(key) };
    this.taken = 0;
    this.listeners = new Set();
  }

  /** Who hears of downloads, as they are waited for. */
  on(name, listener) {
    assert.equal(name, "download");
    this.listeners.add(listener);
  }

  off(name, listener) {
    this.listeners.delete(listener);
  }

  evaluate(work, arg) {
    return this.real.evaluate(work, arg);
  }

  waitForFunction(condition, arg) {
    return until(() => this.real.evaluate(condition, arg), String(condition));
  }

  /** Waits until the first element at `place` is there (and seen, if not only attached), or until there is none. */
  waitForSelector(place, { state = "visible" } = {}) {
    return until(() => this.real.evaluate(({ place, state }) => {
      const element = document.querySelector(place);
      if (state === "detached") return !element;
      if (state === "hidden") return !element?.checkVisibility();
      return Boolean(element && (state === "attached" || element.checkVisibility()));
    }, { place, state }), `${place} ${state}`);
  }

  async click(place) {
    await this.waitForSelector(place);
    await until(() => this.real.evaluate((place) => !document.querySelector(place)?.disabled, place), `${place} enabled`);
    await this.real.click(place);
  }

  /** Ticks or chooses, if it is not. */
  async check(place) {
    await this.waitForSelector(place, { state: "attached" });
    await this.real.evaluate((place) => {
      const box = document.querySelector(place);
      if (!box.checked) box.click();
    }, place);
  }

  async fill(place, text) {
    await this.waitForSelector(place);
    await this.real.evaluate(({ place, text }) => {
      const field = document.querySelector(place);
      field.focus();
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }, { place, text });
  }

  async selectOption(place, option) {
    await this.waitForSelector(place);
    await this.fill(place, option.value ?? option);
  }

  async setInputFiles(place, path) {
    await this.waitForSelector(place, { state: "attached" });
    await this.real.upload(place, path);
  }

  async textContent(place) {
    await this.waitForSelector(place, { state: "attached" });
    return this.real.evaluate((place) => document.querySelector(place).textContent, place);
  }

  async inputValue(place) {
    await this.waitForSelector(place, { state: "attached" });
    return this.real.evaluate((place) => document.querySelector(place).value, place);
  }

  /** Of playwright's locators, what the journeys use. */
  locator(place) {
    const all = (work) => this.real.evaluate(work, place);
    return {
      count: () => all((place) => document.querySelectorAll(place).length),
      allTextContents: () => all((place) => [...document.querySelectorAll(place)].map((one) => one.textContent)),
      all: async () => Array.from({ length: await this.locator(place).count() }, (_, n) => ({
        fill: (text) => this.real.evaluate(({ place, n, text }) => {
          const field = document.querySelectorAll(place)[n];
          field.value = text;
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }, { place, n, text }),
      })),
    };
  }

  /** The next file that the page hands out. */
  async waitForEvent(name) {
    assert.equal(name, "download");
    const number = this.taken++;
    const { name: file, base64 } = await until(
      () => this.real.evaluate((number) => globalThis.handedOut[number], number), "a file",
    );
    const download = {
      suggestedFilename: () => file,
      saveAs: (path) => writeFileSync(path, Buffer.from(base64, "base64")),
      path: () => file,
    };
    for (const listener of this.listeners) listener(download);
    return download;
  }

  bringToFront() {
    return this.real.bringToFront();
  }

  reload() {
    return this.real.reload();
  }

  close() {
    return this.real.close();
  }
}
