// Starts Chromium on the built page and watches everything it does. Every test fails on a request, a policy
// violation or an uncaught error, because `finish` asserts that there was none.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { addressOf } from "./address.mjs";

export { pick, unlock, watch } from "./pages/viewer.mjs";

const candidates = [
  process.env.FUIN_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

export function chromiumPath() {
  const found = candidates.find((path) => path && existsSync(path));
  assert.ok(found, "no Chromium or Chrome found; set FUIN_CHROMIUM to its path");
  return found;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What the system says of a process; nothing if it ended meanwhile. */
function ofProcess(pid, what) {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8");
  } catch (error) {
    if (!["ENOENT", "ESRCH"].includes(error.code)) throw error;
    return "";
  }
}

/** Stops the clock of a page, and of every worker that it starts, at this time. */
function stopClock(time) {
  const stop = (time) => {
    const Real = Date;
    globalThis.Date = class extends Real {
      constructor(...parts) {
        super(...(parts.length ? parts : [time]));
      }

      static now() {
        return time;
      }
    };
  };
  stop(time);
  // A worker's script is a blob that the page puts together.
  window.Blob = new Proxy(Blob, {
    construct(real, [parts, options]) {
      const isScript = options?.type === "text/javascript";
      return Reflect.construct(real, [isScript ? [`(${stop})(${time});\n`, ...parts] : parts, options]);
    },
  });
}

/** A profile that survives `reopen`, and pages whose every misbehaviour is written down. */
export class Browser {
  static async start({ viewport = { width: 1280, height: 800 }, args = [] } = {}) {
    const self = new Browser();
    self.args = args;
    self.profile = await mkdtemp(join(tmpdir(), "fuin-profile-"));
    self.viewport = viewport;
    self.faults = [];
    await self.open();
    return self;
  }

  async open() {
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: chromiumPath(),
      headless: true,
      args: [...flags, ...this.args],
      viewport: this.viewport,
      locale: "ja-JP",
      timezoneId: "Asia/Tokyo",
      acceptDownloads: true,
    });
    this.context.on("request", (request) => {
      const url = request.url();
      // The page itself, and its worker and downloads, which are blobs made by the page.
      if (url === this.pageUrl || url.startsWith("blob:") || url.startsWith("data:")) return;
      // A page that a server gave out speaks to that one.
      if (this.server && url.startsWith(this.server)) return;
      this.faults.push(`request: ${url}`);
    });
  }

  /** The browser's processes: all that name its profile, and their children, which need not. */
  processes() {
    const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
    const parent = new Map(all.map((pid) => [pid, Number(ofProcess(pid, "status").match(/PPid:\s+(\d+)/)?.[1])]));
    const ours = new Set(all.filter((pid) => ofProcess(pid, "cmdline").includes(this.profile)));
    for (let before = -1; before !== ours.size; ) {
      before = ours.size;
      for (const [pid, from] of parent) if (ours.has(from)) ours.add(pid);
    }
    return [...ours];
  }

  /** Memory of all of the browser's processes, in MiB. */
  memory() {
    const kib = (pid) => Number(ofProcess(pid, "status").match(/RssAnon:\s+(\d+)/)?.[1] ?? 0);
    return this.processes().reduce((sum, pid) => sum + kib(pid), 0) / 1024;
  }

  /** Ends the browser as a power cut would, and starts it again on the same profile. */
  async kill() {
    const gone = new Promise((resolve) => this.context.once("close", resolve));
    const processes = this.processes();
    for (const pid of processes) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if (error.code !== "ESRCH") throw error; // a child that ended with its parent
      }
    }
    await gone;
    // Whoever is still on the way out may hold the profile's databases.
    const lives = (pid) => /State:\s+[^ZX]/.test(ofProcess(pid, "status"));
    while (processes.some(lives)) await new Promise((resolve) => setTimeout(resolve, 10));
    // The lock of a browser that is gone.
    await rm(join(this.profile, "SingletonLock"), { force: true });
    await this.open();
  }

  async reopen() {
    await this.context.close();
    await this.open();
  }

  /** A page at one of its doors. `clock` stops the clock of the page alone, `time` that of its workers too. */
  async page(file, door = "", { clock, time } = {}) {
    this.pageUrl = addressOf(file);
    const page = await this.context.newPage();
    page.setDefaultTimeout(60_000);
    page.on("popup", (popup) => {
      // A manual is a page of its own.
      if (!popup.url().startsWith(`${this.pageUrl}#manual-`)) this.faults.push(`popup: ${popup.url()}`);
    });
    page.on("pageerror", (error) => this.faults.push(`error: ${error.message}`));
    page.on("console", (message) => {
      // A server that refuses, or is not there, is in the console whatever the page makes of it.
      if (this.server && /^Failed to load resource/.test(message.text())) return;
      if (message.type() === "error") this.faults.push(`console: ${message.text()}`);
    });
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    if (clock) await page.clock.setFixedTime(clock);
    if (time) await page.addInitScript(stopClock, Date.parse(time));
    await page.goto(this.pageUrl + door);
    await page.waitForSelector("h1").catch((error) => {
      throw new Error(`the page did not start: ${this.faults.join("; ")}`, { cause: error });
    });
    return page;
  }

  /** Runs a test's work in a fresh browser, which is closed whatever happens. */
  static async use(work, options) {
    const browser = await Browser.start(options);
    try {
      await work(browser);
    } catch (error) {
      const seen = browser.faults.join("; ");
      await browser.context.close();
      if (seen) error.message += ` [${seen}]`;
      throw error;
    }
    await browser.finish();
  }

  async finish() {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
    assert.deepEqual(this.faults, [], "the page made a request, broke its policy or threw");
  }
}
