// The generated corpus, and reading a picture's number back from the canvas.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./office.mjs";

/** The folder with the corpus, made once for each version of its script. */
export function corpus() {
  const script = join(root, "scripts/corpus.sh");
  const version = createHash("sha256").update(readFileSync(script)).digest("hex").slice(0, 8);
  const folder = join(root, `target/corpus-${version}`);
  if (!existsSync(folder)) {
    const half = `${folder}-${process.pid}`;
    mkdirSync(half, { recursive: true });
    execFileSync(script, [half], { stdio: "inherit" });
    rmSync(folder, { recursive: true, force: true });
    renameSync(half, folder);
  }
  return folder;
}

/**
 * Reads the ten blocks of 24 pixels along the top edge, which say the picture's number in binary: white is 1. `turn` is how
 * the picture was turned clockwise; `flip` that it was mirrored. The blocks' middles are away from the watermark's letters.
 */
const reader = ({ id = "picture", turn = 0, flip = false, width = 320, height = 240 }) => {
  const picture = document.getElementById(id);
  const copy = new OffscreenCanvas(picture.width, picture.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 10; bit++) {
    const x = flip ? width - 1 - (bit * 24 + 12) : bit * 24 + 12;
    const y = 8;
    const [left, top] = { 0: [x, y], 90: [height - 1 - y, x], 180: [width - 1 - x, height - 1 - y], 270: [y, width - 1 - x] }[turn];
    const { data } = context.getImageData(left - 2, top - 2, 4, 4);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i];
    if (sum / 16 > 128) number |= 1 << bit;
  }
  return number;
};

/** The number that the picture bears. */
export const readMarker = (page, options = {}) => page.evaluate(reader, options);

/**
 * Waits until the page says that it shows picture `number` (from 1) and the canvas bears `marker`. The page hears of a
 * picture a moment before the canvas is presented, so both are waited for; what is never there fails.
 */
export async function shows(page, number, marker = number - 1, options = {}) {
  const source = `(${reader})`;
  try {
    await page.waitForFunction(({ number, marker, options, source }) => {
      globalThis.readMarker ??= (0, eval)(source);
      const said = document.querySelector("#picture-number").textContent;
      return Number(said) === number && (marker === null || globalThis.readMarker(options) === marker);
    }, { number, marker, options, source }, { polling: "raf", timeout: 10_000 });
  } catch (error) {
    const said = await page.textContent("#picture-number");
    throw new Error(`picture ${number}: the page says ${said}, the canvas bears ${await readMarker(page, options)} and not ${marker}`, { cause: error });
  }
}

/** Number of pictures, as the page says. */
export async function pictureCount(page) {
  const text = await page.evaluate(() => document.querySelector("#picture-number").parentElement.textContent);
  return Number(text.split("/")[1]);
}

/** Steps through all pictures forward and back; each must be shown in its place. */
export async function stepThrough(page, { markers, ...options } = {}) {
  const total = await pictureCount(page);
  const bears = (n) => (markers ? markers(n) : n - 1);
  await page.focus(".player");
  await page.keyboard.press("Home");
  for (let n = 1; n <= total; n++) {
    await shows(page, n, bears(n), options);
    if (n < total) await page.keyboard.press(".");
  }
  for (let n = total; n >= 1; n--) {
    await shows(page, n, bears(n), options);
    if (n > 1) await page.keyboard.press(",");
  }
  return total;
}
