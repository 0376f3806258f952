// The recipient's side: a bundle is chosen and unlocked, its verdict read, the undertaking affirmed; then the player
// shows it. Also what the page says when it stops.
import { page as html } from "../office.mjs";
import { Part } from "./part.mjs";
import { Player } from "./player.mjs";
import { Receipt } from "./receipt.mjs";
import { Application } from "./request-form.mjs";

const at = {
  bothKeys: "#both-keys .words",
  keyCompared: "#key-compared",
  clockIsRight: "#clock-is-right",
  clockIsWrong: "#clock-is-wrong",
  toDesk: "footer a[href='#office']",
  toProcedure: "#to-procedure",
  receiptAgain: ".open-receipt",
  opened: "section table tbody tr",
  pickBundle: "#pick-bundle",
  toApplication: "#to-request",
  makeDeviceKey: "#make-device-key",
  devicePassphrase: "#device-passphrase",
  deviceByPasskey: "#device-by-passkey",
  forgetDeviceKey: "#forget-device-key",
  openServed: "#open-served",
  back: "main button.quiet",
  speaks: "footer p",
  devicePassphraseAgain: "#device-passphrase-again",
  wasLocked: "#was-locked",
  bundleId: "#outside-id",
  paper: "article.paper",
  wantsBundle: "#wants-bundle",
  pickBeside: "#pick-beside",
  withTicket: "#with-ticket summary",
  pickTicket: "#pick-ticket",
  extension: "#extension summary",
  extensionCode: "#extension-code",
  extensionRefused: "#extension .notice.stop",
  extend: "#extend",
  passphrase: "#passphrase",
  unlock: "#unlock",
  unlockWithDevice: "#unlock-device",
  restarted: "#restarted",
  verdict: "#verdict-summary",
  toUndertaking: "#to-undertaking",
  name: "#viewer-name",
  begin: "#begin",
  details: "main > details:last-of-type > summary",
  outside: "#outside",
  keyRoots: "#key-roots",
  timeRoots: "#time-roots",
  outsideFound: "#outside-found li",
  stopCode: "#stop-code",
  stopTable: "#stop-table",
  another: "main button.primary",
  goOn: "#go-on",
  lacks: "#browser-lacks",
  addressee: "#addressee-watches",
  familiar: "#key-familiar",
  toVerdict: "#to-verdict",
};

/** Who watches in most tests. */
export const viewerName = "巡査部長 例示花子";

export class Viewer extends Part {
  /** The places that the keyboard reaches. */
  static at = at;

  constructor(page) {
    super(page);
    this.player = new Player(page);
    this.receipt = new Receipt(page);
    this.application = new Application(page);
  }

  /** The built page, or the one at `address`; `clock` sets the page's time. */
  static async open(browser, { address = html, clock } = {}) {
    return new Viewer(await browser.page(address, "", { clock }));
  }

  /** All that the viewer says inside a page that frames it. */
  static async saysInFrame(page) {
    const app = page.frameLocator("iframe").locator("#app");
    await app.filter({ hasText: /\S/ }).waitFor();
    return app.textContent();
  }

  /** V0 → V1: picks a bundle, or all of its parts. */
  chooseBundle(files) {
    return this.page.setInputFiles(at.pickBundle, files);
  }

  /** Waits until the page says which bundle was chosen, and gives its number. */
  async bundleId() {
    await this.page.waitForSelector(at.bundleId);
    return this.page.textContent(at.bundleId);
  }

  /** Waits until the page asks for the bundle of a ticket; gives its words. */
  async wantsBundle() {
    await this.page.waitForSelector(at.wantsBundle);
    return this.page.textContent(at.wantsBundle);
  }

  /** V1: the bundle beside a ticket. */
  chooseBeside(files) {
    return this.page.setInputFiles(at.pickBeside, files);
  }

  /** V1: a ticket beside the bundle. */
  async chooseTicket(file) {
    await this.page.click(at.withTicket);
    await this.page.setInputFiles(at.pickTicket, file);
  }

  /** V2: unfolds the field for an extension code. */
  async unfoldExtension() {
    await this.wholeVerdict();
    await this.page.click(at.extension);
  }

  /** V2 or a stop: enters an extension code. */
  async extend(code) {
    await this.page.fill(at.extensionCode, code);
    await this.page.click(at.extend);
  }

  /** Waits until an extension code is refused with these words. */
  extensionIsRefused(words) {
    return this.says(at.extensionRefused, words);
  }

  /** Waits until the page asks for the passphrase. */
  asksForPassphrase() {
    return this.page.waitForSelector(at.passphrase);
  }

  /** V1 → V2. */
  async unlock(passphrase) {
    await this.page.fill(at.passphrase, passphrase);
    await this.page.click(at.unlock);
  }

  /** V1 → V2, with the key of this device and its passphrase. */
  async unlockWithDevice(passphrase) {
    await this.page.fill(at.devicePassphrase, passphrase);
    await this.page.click(at.unlockWithDevice);
  }

  /** What stands in the field of the passphrase. */
  typedPassphrase() {
    return this.page.inputValue(at.passphrase);
  }

  /** V0 → V2. */
  async openBundle(files, passphrase) {
    await this.chooseBundle(files);
    await this.unlock(passphrase);
  }

  /** Waits for the verdict, and gives its summary. */
  async verdict() {
    await this.page.waitForSelector(at.verdict);
    return this.page.textContent(at.verdict);
  }

  /** V2 with all its lines; where nothing was new about the office, from the undertaking. */
  async wholeVerdict() {
    await this.page.waitForSelector(`${at.familiar}, ${at.toVerdict}`);
    if (!(await this.count(at.familiar))) await this.page.click(at.toVerdict);
    await this.page.waitForSelector(at.familiar);
  }

  /** What the verdict says of the office's key. */
  async keyFamiliar() {
    await this.wholeVerdict();
    return this.page.textContent(at.familiar);
  }

  /** V2: unfolds 「くわしく」 and gives what the bundle says of proof from outside; null, if nothing. */
  async outside() {
    await this.wholeVerdict();
    await this.page.click(at.details);
    return (await this.count(at.outside)) ? this.page.textContent(at.outside) : null;
  }

  /** V2: checks key or time with certificates; waits until a line has these words. */
  async checkKeyWith(files, words) {
    await this.page.setInputFiles(at.keyRoots, files);
    await this.page.locator(at.outsideFound).filter({ hasText: words }).waitFor();
  }

  async checkTimeWith(files, words) {
    await this.page.setInputFiles(at.timeRoots, files);
    await this.page.locator(at.outsideFound).filter({ hasText: words }).waitFor();
  }

  /** From the report back to the picture. */
  goOnWatching() {
    return this.page.click(at.goOn);
  }

  /** What the first screen says that this browser lacks. */
  async lacks() {
    await this.page.waitForSelector(at.lacks);
    return this.page.textContent(at.lacks);
  }

  /** V3: enters the addressee's name with one press, and gives it. */
  async addresseeWatches() {
    await this.page.click(at.addressee);
    return this.page.inputValue(at.name);
  }

  /** Drops a file on the page, away from the field for files. */
  dropAnywhere(name, bytes) {
    return this.page.evaluate(({ name, base64 }) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
      for (const type of ["dragover", "drop"]) {
        const event = new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true });
        document.querySelector("footer").dispatchEvent(event);
        if (!event.defaultPrevented) throw new Error(`the browser would open the file: ${type}`);
      }
    }, { name, base64: Buffer.from(bytes).toString("base64") });
  }

  /** Waits until the field for the passphrase has the keyboard. */
  passphraseHasKeyboard() {
    return this.page.waitForFunction((place) => document.activeElement.matches(place), at.passphrase);
  }

  /** Types the passphrase where the keyboard is. */
  typePassphrase(passphrase) {
    return this.page.keyboard.type(passphrase);
  }

  /** How many letters of the page's main part can be read without unfolding anything. */
  letters() {
    return this.#lettersOf("main");
  }

  /** How many of them are the undertaking, which stays whole. */
  lettersOfUndertaking() {
    return this.#lettersOf(at.paper);
  }

  async #lettersOf(place) {
    return (await this.page.locator(place).innerText()).replaceAll(/\s/g, "").length;
  }

  /** Whether the verdict is a screen of its own: something about the office is new. */
  async hasVerdictOfItsOwn() {
    await this.page.waitForSelector(`${at.toUndertaking}, ${at.name}`);
    return (await this.count(at.toUndertaking)) > 0;
  }

  /** V2 → V3; where nothing is new about the office, the page is there already. */
  async readUndertaking() {
    if (await this.hasVerdictOfItsOwn()) await this.page.click(at.toUndertaking);
  }

  /** Waits until the page asks who watches. */
  asksForName() {
    return this.page.waitForSelector(at.name);
  }

  /** V3 → V4, with the name that stands there. */
  begin() {
    return this.page.click(at.begin);
  }

  /** V2 → V4: reads the undertaking and promises to keep it. */
  async affirm(name = viewerName) {
    await this.readUndertaking();
    await this.promise(name);
  }

  /** V3 → V4: promises as somebody. */
  async promise(name = viewerName) {
    await this.page.fill(at.name, name);
    await this.begin();
  }

  /** V0 → V4: opens, verifies, promises, and waits for the first picture. */
  async watch(files, passphrase, name) {
    await this.openBundle(files, passphrase);
    await this.affirm(name);
    await this.player.picture.isPainted();
  }

  /** Opens the first report of 「この端末で開いたもの」 again; gives its code. */
  async openReceiptAgain() {
    await this.page.click(at.receiptAgain);
    return this.receipt.code();
  }

  /** What the list of bundles that were opened here says of each. */
  async openedHere() {
    await this.page.waitForSelector(at.opened);
    return this.page.locator(at.opened).allTextContents();
  }

  reload() {
    return this.page.reload();
  }

  /** Tries to leave; gives whether the page had the person asked. */
  async asksBeforeLeaving() {
    let asked = false;
    this.page.once("dialog", (dialog) => {
      asked = dialog.type() === "beforeunload";
      return dialog.accept();
    });
    await this.page.reload();
    return asked;
  }

  /** Goes to the desk, which is another page: nothing of this one is left. */
  async goToDesk() {
    const here = await this.page.evaluate(() => performance.timeOrigin);
    await this.page.click(at.toDesk);
    await this.page.waitForFunction((here) => performance.timeOrigin !== here, here);
  }

  /** Goes to the desk and is asked before anything is lost; then stays, or leaves. */
  async isAskedOnTheWayToDesk(answer) {
    const asked = this.page.waitForEvent("dialog").then(async (dialog) => {
      await (answer === "stay" ? dialog.dismiss() : dialog.accept());
      return dialog.type() === "beforeunload";
    });
    const [was] = await Promise.all([asked, this.page.click(at.toDesk)]);
    return was;
  }

  /** Asked about a clock that is far ahead, or stopped by one that is behind: says that it is right. */
  clockIsRight() {
    return this.page.click(at.clockIsRight);
  }

  /** Asked about a clock that is far ahead: says that it is wrong. */
  clockIsWrong() {
    return this.page.click(at.clockIsWrong);
  }

  /** The words of both keys, where an office has another key than before. */
  bothKeys() {
    return this.page.locator(at.bothKeys).allTextContents();
  }

  /** Says that the new key was compared with the office's letter. */
  keyIsCompared() {
    return this.page.click(at.keyCompared);
  }

  /** From a stop: to the form of the report. */
  report() {
    return this.page.click(at.toProcedure);
  }

  /** Whether the verdict lets the person go on to the undertaking. */
  async canGoOn() {
    return await this.count(`${at.toUndertaking}, ${at.name}`) > 0;
  }

  /** Waits until the page stops, and gives the stop's stable code. */
  async stopCode() {
    await this.page.waitForSelector(at.stopCode, { state: "attached" });
    return this.page.textContent(at.stopCode);
  }

  /** Waits until the page asks for the key or stops; says whether it asks. */
  async asksForKeyOrStops() {
    await this.page.waitForSelector(`${at.passphrase}, ${at.stopTable}`);
    return await this.count(at.passphrase) > 0;
  }

  /** After a key was typed: goes on until the page stops, through watching and the check of every byte; gives the stop's
   * code, and none if there was no stop. */
  async stopsOrIsWatched() {
    await this.page.waitForSelector(`.notice.stop, ${at.toUndertaking}, ${at.name}`);
    if (await this.count(`${at.toUndertaking}, ${at.name}`)) {
      await this.affirm();
      await this.page.waitForSelector(`${at.stopTable}, #check-all`);
      // A stop takes the button away.
      await this.page.evaluate(() => document.querySelector("#check-all")?.click());
      await this.page.waitForSelector(`${at.stopCode}, #checked`, { state: "attached" });
      return await this.count(at.stopCode) ? this.stopCode() : undefined;
    }
    return await this.count(at.stopTable) ? this.stopCode() : "wrong_key";
  }

  /** What the stop says: what happened, what was not harmed, what to do next, whom to call. */
  async stopTable() {
    await this.page.waitForSelector(at.stopTable);
    return this.page.locator(`${at.stopTable} dd`).allTextContents();
  }

  /** From a stop: back to the first screen. */
  chooseAnother() {
    return this.page.click(at.another);
  }

  /** V0 → the form with which the recipient applies for footage. */
  goToApplication() {
    return this.page.click(at.toApplication);
  }

  /** Makes a key for this device under a passphrase, and keeps its public half at `path`. */
  async makeDeviceKey(passphrase, path) {
    await this.page.click(`details:has(${at.makeDeviceKey}) summary`);
    await this.page.fill(at.devicePassphrase, passphrase);
    await this.page.fill(at.devicePassphraseAgain, passphrase);
    await this.handOut(at.makeDeviceKey, path);
  }

  /** V0: makes the device's keys under a passkey, and saves the public half. */
  async makeDeviceKeyByPasskey(path) {
    await this.choosePasskey();
    await this.handOut(at.makeDeviceKey, path);
  }

  /** V0: tries to make them. */
  async tryDeviceKeyByPasskey() {
    await this.choosePasskey();
    await this.page.click(at.makeDeviceKey);
  }

  async choosePasskey() {
    await this.page.click(`details:has(${at.makeDeviceKey}) summary`);
    await this.page.check(at.deviceByPasskey);
  }

  /** V0: takes the device's keys away, and says that it is meant. */
  async forgetDeviceKey() {
    await this.page.click(`details:has(${at.makeDeviceKey}) summary`);
    await this.page.click(at.forgetDeviceKey);
    await this.page.locator(at.forgetDeviceKey).filter({ hasText: "本当に" }).click();
    await this.page.waitForSelector(at.forgetDeviceKey, { state: "detached" });
  }

  /** To whom the footer says that the page speaks. */
  async speaks() {
    return (await this.page.locator(at.speaks).first().textContent()).split("　")[0].trim();
  }

  /** V1 → V0. */
  goBack() {
    return this.page.click(at.back);
  }

  /** V0 → V1: the bundle that came with the page. */
  openServed() {
    return this.page.click(at.openServed);
  }

  /** Whether V0 lets a passkey guard the device's keys. */
  async offersPasskey() {
    await this.page.click(`details:has(${at.makeDeviceKey}) summary`);
    await this.page.waitForSelector(at.devicePassphrase);
    return this.page.isVisible(at.deviceByPasskey);
  }

  /** V1 → V2, with the key of this device and its passkey; nothing is typed. */
  async unlockWithPasskey() {
    await this.page.waitForSelector(at.unlockWithDevice);
    await this.page.waitForSelector(at.devicePassphrase, { state: "detached" });
    await this.page.click(at.unlockWithDevice);
  }

  /** V1: whether it offers the key of this device, and whether it asks for a passphrase. */
  async keys() {
    await this.page.waitForSelector(at.bundleId);
    const [device, passphrase] = await Promise.all([at.unlockWithDevice, at.passphrase].map((place) => this.page.isVisible(place)));
    return { device, passphrase };
  }

  /** The worker begins something that never ends. */
  hangWorker() {
    const [worker] = this.page.workers();
    worker.evaluate(() => { for (;;); }).catch(() => {});
  }

  /** Waits until the page says that it was locked because nobody worked. */
  wasLocked() {
    return this.page.waitForSelector(at.wasLocked);
  }

  /** Waits until the page says that it began anew. */
  saysThatItRestarted() {
    return this.page.waitForSelector(at.restarted);
  }

  /** Every worker that is told to show one of these clips dies of it, as of a panic. */
  clipsKill(clips) {
    return this.page.evaluate((clips) => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (message, ...rest) {
        const load = message?.text?.match(/"load":{/) && message.text.match(/"clip":(\d+)/);
        if (!load || !clips.includes(Number(load[1]))) return post.call(this, message, ...rest);
        this.terminate();
        setTimeout(() => this.dispatchEvent(new ErrorEvent("error", { message: "unreachable executed" })));
      };
    }, clips);
  }

  /** After a restart: opens again with the passphrase, and promises again. */
  async openAgain(passphrase) {
    await this.saysThatItRestarted();
    await this.unlock(passphrase);
    await this.affirm();
  }

  /**
   * What the page gives the decoder's worker, and with it the channel, gets lost: whoever waits at its other end
   * waits for ever.
   */
  loseDecoder() {
    return this.page.evaluate(() => {
      const post = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (message, ...rest) {
        if (!message?.packed) return post.call(this, message, ...rest);
      };
    });
  }
}

// The same for benchmarks and screenshots, which work on a page of playwright.
export const pick = (page, files) => new Viewer(page).chooseBundle(files);
export const unlock = (page, passphrase) => new Viewer(page).unlock(passphrase);
export const watch = (page, files, passphrase, name) => new Viewer(page).watch(files, passphrase, name);
