// The desk's part in which a picture's origin is looked for.
import { Part } from "./part.mjs";
import { Sheet } from "./sheet.mjs";

const at = {
  pick: "#pick-traced",
  picture: "#traced-picture img",
  search: "#trace-search",
  stop: "#trace-stop",
  outcome: "#trace-outcome",
};

const corner = (n) => `#corner-${n}`;

export class Tracing extends Part {
  constructor(page) {
    super(page);
    this.sheet = new Sheet(page);
  }

  choose(file) {
    return this.page.setInputFiles(at.pick, file);
  }

  /** Waits until the chosen picture is on the page, with its corners. */
  isShown() {
    return this.page.waitForSelector(corner(3));
  }

  /** Looks for marks; gives the heading of what comes of it. */
  async search() {
    await this.page.click(at.search);
    await this.page.waitForSelector(at.outcome);
    return (await this.page.textContent(at.outcome)).trim();
  }

  /** Begins to look, and stops; waits until it can be begun again. */
  async searchAndStop() {
    await this.page.click(at.search);
    await this.page.click(at.stop);
    await this.page.waitForSelector(`${at.search}:not([disabled])`);
  }

  outcomes() {
    return this.count(at.outcome);
  }

  /** Drags a corner, 0 to 3 clockwise from the top left, to a place given in shares of the picture; waits until it is there. */
  async dragCorner(n, [x, y]) {
    await this.page.locator(corner(n)).scrollIntoViewIfNeeded();
    const box = await this.page.locator(at.picture).boundingBox();
    const handle = await this.page.locator(corner(n)).boundingBox();
    const { mouse } = this.page;
    await mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await mouse.down();
    await mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    await mouse.up();
    await this.page.waitForFunction(({ handle, to }) => {
      const said = document.querySelector(handle).ariaLabel.match(/([\d.]+)%, ([\d.]+)%/);
      return to.every((share, n) => Math.abs(said[n + 1] - 100 * share) < 0.5);
    }, { handle: corner(n), to: [x, y] });
  }

  /** Moves a corner by keys. */
  async pressOnCorner(n, ...keys) {
    await this.page.focus(corner(n));
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Where a corner is, as it is read out. */
  corner(n) {
    return this.page.getAttribute(corner(n), "aria-label");
  }
}
