// WebKit as Debian has it (WebKitGTK's MiniBrowser), driven over WebDriver (W3C) on a screen of its own.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressOf } from "./address.mjs";
import { freePort } from "./port.mjs";
import { RemotePage, catchDownloads, until } from "./remote-page.mjs";

const driver = process.env.FUIN_WEBKIT_DRIVER ?? "/usr/bin/WebKitWebDriver";
const candidates = ["x86_64", "aarch64"].map((arch) => `/usr/lib/${arch}-linux-gnu/webkit2gtk-4.1/MiniBrowser`);

/** Keys by their names in WebDriver (§17.4.2); all others are what they write. */
const keys = { Space: " ", Home: "\uE011", End: "\uE010", Enter: "\uE007", Escape: "\uE00C", Tab: "\uE004" };

/** Writes down what goes wrong in a page, once it was loaded: the driver lets nobody in before. */
const watch = () => {
  globalThis.faults = [];
  addEventListener("error", (event) => globalThis.faults.push(`error: ${event.message}`));
  addEventListener("unhandledrejection", (event) => globalThis.faults.push(`error: ${event.reason}`));
  document.addEventListener("securitypolicyviolation", (event) => {
    globalThis.faults.push(`CSP ${event.violatedDirective} ${event.blockedURI}`);
  });
};

/** A screen that nobody sees; gives its name once it is there. */
async function screen() {
  const child = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once(child.stdio[3], "data");
  return { child, name: `:${String(number).trim()}` };
}

/** A window of the browser, for [`RemotePage`]. */
class Window {
  constructor(webkit, handle) {
    this.webkit = webkit;
    this.handle = handle;
  }

  ask(method, path, body) {
    return this.webkit.inWindow(this.handle, () => this.webkit.ask(method, path, body));
  }

  askAgain(method, path, body) {
    return this.webkit.inWindow(this.handle, () => this.webkit.askAgain(method, path, body));
  }

  /** A function, or statements whose last one is of no interest. */
  async evaluate(work, arg) {
    const run = typeof work === "string" ? `{ ${work} }` : `(${work})(arg)`;
    const script = `const [arg, done] = arguments;
      Promise.resolve().then(() => ${run}).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.askAgain("POST", "/execute/async", { script, args: [arg ?? null] });
    if (error) throw new Error(error);
    return value ?? undefined;
  }

  /** Does something with an element, which must be found and told in one go. */
  with(place, what, body) {
    return this.webkit.inWindow(this.handle, async () => {
      const found = await this.webkit.askAgain("POST", "/element", { using: "css selector", value: place });
      return this.webkit.ask("POST", `/element/${Object.values(found)[0]}/${what}`, body);
    });
  }

  /** Once it stands still, and nothing lies over it. */
  async click(place) {
    let before;
    await until(async () => {
      const now = await this.evaluate((place) => {
        const element = document.querySelector(place);
        element.scrollIntoView({ block: "center" });
        const { x, y, width, height } = element.getBoundingClientRect();
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        return element.contains(top) && [x, y, width, height].join();
      }, place);
      const stands = now && now === before;
      before = now;
      return stands;
    }, `${place} to stand still`);
    return this.with(place, "click", {});
  }

  upload(place, path) {
    return this.with(place, "value", { text: [path].flat().join("\n") });
  }

  press(key) {
    const value = keys[key] ?? key;
    const actions = ["keyDown", "keyUp"].map((type) => ({ type, value }));
    return this.ask("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  bringToFront() {
    return this.ask("GET", "/title");
  }

  async close() {
    await this.told();
    await this.ask("DELETE", "/window");
    this.webkit.windows.delete(this);
  }

  /** What went wrong in it. */
  async told() {
    this.webkit.faults.push(...await this.evaluate(() => globalThis.faults ?? []));
  }
}

/** A browser, and pages whose every misbehaviour is written down. */
export class WebKit {
  /** Runs a test's work in a fresh browser, which is closed whatever happens. */
  static async use(work) {
    const self = new WebKit();
    self.faults = [];
    self.windows = new Set();
    self.turn = Promise.resolve();
    self.home = await mkdtemp(join(tmpdir(), "fuin-webkit-"));
    try {
      await self.start();
      await work(self);
      for (const window of self.windows) await window.told();
    } finally {
      await self.end();
    }
    assert.deepEqual(self.faults, [], "the page broke its policy or threw");
  }

  async start() {
    const binary = candidates.find(existsSync);
    assert.ok(binary && existsSync(driver), "no WebKitGTK with its driver found");
    this.screen = await screen();
    const port = await freePort();
    const env = { ...process.env, DISPLAY: this.screen.name, HOME: this.home, TZ: "Asia/Tokyo", LIBGL_ALWAYS_SOFTWARE: "1" };
    this.driver = spawn(driver, [`--port=${port}`], { stdio: "ignore", env });
    this.base = `http://127.0.0.1:${port}`;
    await until(() => fetch(`${this.base}/status`).then((answer) => answer.ok, () => false), "WebKit's driver");
    const wanted = { "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
    const { sessionId } = await this.send("POST", "/session", { capabilities: { alwaysMatch: wanted } });
    this.session = sessionId;
    await this.ask("POST", "/timeouts", { script: 120_000 });
    this.first = await this.ask("GET", "/window");
  }

  async send(method, path, body) {
    const answer = await fetch(this.base + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`WebKit: ${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  ask(method, path, body) {
    return this.send(method, `/session/${this.session}${path}`, body);
  }

  /** Asks again what may be asked twice: once in some twenty runs the driver answers «unknown error» without a word. */
  async askAgain(...question) {
    for (let left = 2; ; left--) {
      try {
        return await this.ask(...question);
      } catch (error) {
        if (left === 0 || !/: unknown error: $/.test(error.message)) throw error;
      }
    }
  }

  /** One window after the other: the driver speaks with the one that was chosen last. */
  inWindow(handle, work) {
    const done = this.turn.then(async () => {
      await this.askAgain("POST", "/window", { handle });
      return work();
    });
    this.turn = done.catch(() => {});
    return done;
  }

  async page(file, door = "") {
    const handle = this.first ?? (await this.ask("POST", "/window/new", { type: "window" })).handle;
    this.first = undefined;
    const window = new Window(this, handle);
    await window.ask("POST", "/window/rect", { width: 1280, height: 900 });
    await window.ask("POST", "/url", { url: addressOf(file) + door });
    await window.evaluate(watch);
    await window.evaluate(catchDownloads);
    this.windows.add(window);
    const page = new RemotePage(window);
    await page.waitForSelector("h1");
    return page;
  }

  async end() {
    // Whoever crashed has no session any more.
    if (this.session) await this.ask("DELETE", "").catch(() => {});
    for (const child of [this.driver, this.screen?.child]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue;
      child.kill();
      await once(child, "exit");
    }
    // What a browser that is on its way out still writes.
    await rm(this.home, { recursive: true, force: true, maxRetries: 10 });
  }
}
