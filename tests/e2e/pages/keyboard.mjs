// Hands that have no mouse: places are reached with the Tab key and used with other keys.
import assert from "node:assert/strict";
import { Part } from "./part.mjs";

export class Keyboard extends Part {
  constructor(page) {
    super(page);
    // Playwright catches the browser's dialogs only while somebody listens. Without a listener from the beginning, a
    // key press can reach a busy page before the order to catch the dialog does, and the dialog is lost.
    page.on("filechooser", () => {});
  }

  /** Goes on with Tab until `place` has the focus. */
  async tabTo(place) {
    for (let n = 0; n < 80; n++) {
      if (await this.#hasFocus(place)) return;
      await this.press("Tab");
    }
    const focus = await this.page.evaluate(() => document.activeElement.id);
    assert.fail(`${place} is not reached by Tab; the focus is on #${focus}`);
  }

  /** Whether `place` has the focus. */
  #hasFocus(place) {
    return this.page.evaluate((place) => document.activeElement?.matches(place) ?? false, place);
  }

  /** Goes to `place` and presses Enter. */
  async enter(place) {
    await this.tabTo(place);
    await this.press("Enter");
  }

  /** Types where the focus is. */
  write(text) {
    return this.page.keyboard.type(text);
  }

  /** Goes to `place` and types. */
  async type(place, text) {
    await this.tabTo(place);
    await this.write(text);
  }

  /** Goes to `place`, which picks files, and opens it with the space key. */
  async choose(place, files) {
    await this.tabTo(place);
    const [chooser] = await Promise.all([this.page.waitForEvent("filechooser"), this.press("Space")]);
    await chooser.setFiles(files);
  }

  /** Goes to `place` and presses Enter; gives the download that comes of it. */
  async download(place) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.enter(place)]);
    return download;
  }

  /**
   * Types a date part by part. The order of the parts is that of the browser's own language, so each of the `ways` is
   * tried from the beginning until the field has the value. A tab in a way goes to the next part.
   */
  async typeDate(place, value, ways) {
    await this.tabTo(place);
    for (const way of ways) {
      await this.page.evaluate((place) => {
        document.activeElement.blur();
        document.querySelector(place).value = "";
      }, place);
      await this.page.focus(place);
      for (const key of way) await this.press(key === "\t" ? "Tab" : key);
      if ((await this.page.inputValue(place)) === value) break;
    }
    assert.equal(await this.page.inputValue(place), value);
  }
}
