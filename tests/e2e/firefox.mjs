// Firefox, driven over WebDriver BiDi, behind as much of playwright's page as the page objects of the journeys use: what
// is tested of one browser is tested of the other in the same words. Chromium's driver cannot drive Debian's Firefox.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const candidates = [process.env.FUIN_FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"];
const TIMEOUT_MS = 60_000;
/** Between two looks at the page. */
const POLL_MS = 50;

export function firefoxPath() {
  const found = candidates.find((path) => path && existsSync(path));
  assert.ok(found, "no Firefox found; set FUIN_FIREFOX to its path");
  return found;
}

/** Looks until `look` gives something true. */
async function until(look, what) {
  for (const end = Date.now() + TIMEOUT_MS; ;) {
    const found = await look();
    if (found) return found;
    assert.ok(Date.now() < end, `Firefox: waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Hands out what the page would save: the bytes go to whoever tests, and no dialogue opens. */
const catchDownloads = () => {
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

class FirefoxPage {
  constructor(page) {
    this.real = page;
    this.keyboard = { press: (key) => page.keyboard.press(key === "Space" ? " " : key) };
    this.taken = 0;
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
    await this.real.locator(place).click();
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
    const input = await this.real.$(place);
    await input.uploadFile(path);
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
    return {
      suggestedFilename: () => file,
      saveAs: (path) => writeFileSync(path, Buffer.from(base64, "base64")),
      path: () => file,
    };
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

/** A profile, and pages whose every misbehaviour is written down. */
export class Firefox {
  /** Runs a test's work in a fresh browser, which is closed whatever happens. */
  static async use(work) {
    const self = new Firefox();
    self.faults = [];
    self.profile = await mkdtemp(join(tmpdir(), "fuin-firefox-"));
    self.browser = await puppeteer.launch({
      browser: "firefox", executablePath: firefoxPath(), headless: true, userDataDir: self.profile,
      extraPrefsFirefox: { "intl.accept_languages": "ja-JP", "network.captive-portal-service.enabled": false },
    });
    try {
      await work(self);
    } catch (error) {
      if (self.faults.length) error.message += ` [${self.faults.join("; ")}]`;
      throw error;
    } finally {
      await self.browser.close();
      await rm(self.profile, { recursive: true, force: true });
    }
    assert.deepEqual(self.faults, [], "the page made a request, broke its policy or threw");
  }

  async page(file, door = "") {
    const page = await this.browser.newPage();
    await page.setViewport({ width: 1280, height: 800 });
    page.on("pageerror", (error) => this.faults.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.faults.push(`console: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!/^(blob|data|file):/.test(request.url())) this.faults.push(`request: ${request.url()}`);
    });
    await page.evaluateOnNewDocument(catchDownloads);
    await page.goto(pathToFileURL(file).href + door);
    const adapted = new FirefoxPage(page);
    await adapted.waitForSelector("h1");
    return adapted;
  }
}
