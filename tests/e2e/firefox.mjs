// Firefox, driven over WebDriver BiDi: Chromium's driver cannot drive Debian's Firefox.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { addressOf } from "./address.mjs";
import { RemotePage, catchDownloads } from "./remote-page.mjs";

const candidates = [process.env.FUIN_FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"];

export function firefoxPath() {
  const found = candidates.find((path) => path && existsSync(path));
  assert.ok(found, "no Firefox found; set FUIN_FIREFOX to its path");
  return found;
}

/** What [`RemotePage`] asks of a page of puppeteer's. */
const driven = (page) => ({
  evaluate: (work, arg) => page.evaluate(work, arg),
  click: (place) => page.locator(place).click(),
  upload: async (place, path) => (await page.$(place)).uploadFile(path),
  press: (key) => page.keyboard.press(key === "Space" ? " " : key),
  bringToFront: () => page.bringToFront(),
  reload: () => page.reload(),
  close: () => page.close(),
});

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
      // A page that a server gave out speaks to that one.
      if (this.server && request.url().startsWith(this.server)) return;
      if (!/^(blob|data|file):/.test(request.url())) this.faults.push(`request: ${request.url()}`);
    });
    await page.evaluateOnNewDocument(catchDownloads);
    await page.goto(addressOf(file) + door);
    const adapted = new RemotePage(driven(page));
    await adapted.waitForSelector("h1");
    return adapted;
  }
}
