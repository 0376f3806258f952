// What every part of the page has: notices, a language, files that it takes and files that it hands out. All page
// objects build on this one.
const at = {
  main: "main",
  good: ".notice.good",
  stop: ".notice.stop",
  switchLanguage: "header button",
  root: "html",
  targets: "button, select, summary",
};

export class Part {
  /** `page` is a page of playwright. */
  constructor(page) {
    this.page = page;
  }

  toFront() {
    return this.page.bringToFront();
  }

  reload() {
    return this.page.reload();
  }

  close() {
    return this.page.close();
  }

  /** Closes the page; gives what kind of question the browser asks before it. */
  async questionOnClosing() {
    const asked = new Promise((resolve) => {
      this.page.once("dialog", async (dialog) => {
        resolve(dialog.type());
        await dialog.dismiss();
      });
    });
    await this.page.close({ runBeforeUnload: true });
    return asked;
  }

  /** Presses a key, where the focus is. */
  press(key) {
    return this.page.keyboard.press(key);
  }

  /** The page is in the other one when this is done. */
  async switchLanguage() {
    const before = await this.language();
    await this.page.click(at.switchLanguage);
    await this.page.waitForSelector(`${at.root}:not([lang=${before}])`);
  }

  language() {
    return this.page.getAttribute(at.root, "lang");
  }

  /** The text of the whole page. */
  text() {
    return this.page.textContent(at.main);
  }

  /** Waits until `words` can be read anywhere on the page. */
  mentions(words) {
    return this.page.waitForSelector(`text=${words}`);
  }

  /** Waits for a good notice; if `words` are given, for one that has them. */
  told(words) {
    return words === undefined ? this.page.waitForSelector(at.good) : this.says(at.good, words);
  }

  /** Waits for a good notice, and gives its text. */
  async goodNotice() {
    await this.told();
    return this.page.textContent(at.good);
  }

  /** Waits until a notice refuses something with these words. */
  stopped(words) {
    return this.says(at.stop, words);
  }

  /** Waits for a notice that refuses something, and gives its text. */
  async stopNotice() {
    await this.page.waitForSelector(at.stop);
    return this.page.textContent(at.stop);
  }

  /** Waits for a notice that refuses something within the element at `place`. */
  stoppedIn(place) {
    return this.page.waitForSelector(`${place} ${at.stop}`);
  }

  /** Waits until the first element at `place` has these words. */
  says(place, words, options) {
    return this.page.waitForFunction(
      ({ place, words }) => document.querySelector(place)?.textContent.includes(words), { place, words }, options,
    );
  }

  /** Waits until there are so many elements at `place`. */
  has(place, count) {
    return this.page.waitForFunction(
      ({ place, count }) => document.querySelectorAll(place).length === count, { place, count },
    );
  }

  /** Waits until there is no element at `place`. */
  hasNo(place) {
    return this.page.waitForSelector(place, { state: "detached" });
  }

  /** How many elements are at `place` now. */
  count(place) {
    return this.page.locator(place).count();
  }

  /** The texts of all elements at `place`. */
  texts(place) {
    return this.page.locator(place).allTextContents();
  }

  /** Writes each value into the field that `fields` has for its name. */
  async fillIn(fields, values) {
    for (const [name, value] of Object.entries(values)) {
      if (!(name in fields)) throw new Error(`there is no field ${name}`);
      await this.page.fill(fields[name], value);
    }
  }

  /**
   * Clicks on what hands out a file, and keeps the file at `to`: a path, or a function from the name that the page
   * suggests to a path. Gives both.
   */
  async handOut(place, to) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.page.click(place)]);
    return this.keep(download, to);
  }

  /** Keeps a file that the page hands out. Without a place for it, the file only has to come whole. */
  async keep(download, to) {
    const name = download.suggestedFilename();
    const path = typeof to === "function" ? to(name) : (to ?? (await download.path()));
    if (to) await download.saveAs(path);
    return { name, path };
  }

  /** From now on, the files that the page hands out are in the list that this gives. */
  watchDownloads() {
    const downloads = [];
    this.page.on("download", (download) => downloads.push(download));
    return downloads;
  }

  resize(width, height) {
    return this.page.setViewportSize({ width, height });
  }

  /** By how many pixels the page is wider than its window. */
  overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }

  /** What can be clicked and is lower than a finger needs; `more` names further places to look at. */
  lowTargets(more) {
    return this.page.evaluate((places) => [...document.querySelectorAll(places)]
      .filter((element) => element.offsetParent && element.getBoundingClientRect().height < 43.5)
      .map((element) => element.id || element.textContent), `${at.targets}, ${more}`);
  }
}
