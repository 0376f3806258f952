// A sheet of paper as the page shows and prints it.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Part } from "./part.mjs";

const at = {
  sheet: "#sheet",
  article: "article.sheet",
  symbols: "#sheet-symbols",
};

const symbol = `${at.sheet} .qr`;
const ringed = `${at.sheet} .ringed`;

/** What a PDF says, without white space, how its pages are, and how many pictures it has. */
function read(pdf) {
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" }).replaceAll(/\s/g, "");
  // Cell by cell: in rows, lines of cells beside one another run into one another.
  const cells = execFileSync("pdftotext", ["-raw", "-", "-"], { input: pdf, encoding: "utf8" }).replaceAll(/\s/g, "");
  const info = execFileSync("pdfinfo", ["-"], { input: pdf, encoding: "utf8" });
  const [, width, height] = info.match(/Page size:\s+([\d.]+) x ([\d.]+)/).map(Number);
  // One picture a line, below two lines of headings.
  const images = execFileSync("pdfimages", ["-list", "-"], { input: pdf, encoding: "utf8" }).trim().split("\n").length - 2;
  const pages = Number(info.match(/Pages:\s+(\d+)/)[1]);
  return { text, cells, pages, landscape: width > height, images, filled: filled(pdf, height) };
}

/** The part of the first page's height that is used: down to its last word above the number of the page. */
function filled(pdf, height) {
  const words = execFileSync("pdftotext", ["-bbox", "-f", "1", "-l", "1", "-", "-"], { input: pdf, encoding: "utf8" });
  const bottoms = [...words.matchAll(/yMax="([\d.]+)"/g)].map(([, y]) => Number(y));
  return Math.max(0, ...bottoms.filter((y) => y < height - 42)) / height;
}

export class Sheet extends Part {
  /** Waits until there is a sheet. */
  appears() {
    return this.page.waitForSelector(at.article);
  }

  text() {
    return this.page.textContent(at.sheet);
  }

  /** What is on the sheet, line by line. */
  lines() {
    return this.page.innerText(at.sheet);
  }

  /** Waits for the QR symbol on the sheet. */
  hasSymbol() {
    return this.page.waitForSelector(symbol);
  }

  /** Photographs the whole sheet. */
  photograph(path) {
    return this.page.locator(at.sheet).screenshot({ path });
  }

  /** Photographs the page that holds the whole report as symbols. */
  photographSymbols(path) {
    return this.page.locator(at.symbols).screenshot({ path });
  }

  /** Photographs each of these symbols alone, at paths made from their number; gives the paths. */
  async photographEach(to) {
    const figures = await this.page.locator(`${at.symbols} figure`).all();
    const paths = figures.map((_, n) => to(n + 1));
    for (const [n, figure] of figures.entries()) await figure.screenshot({ path: paths[n] });
    return paths;
  }

  /** Photographs the QR symbol alone. */
  photographSymbol(path) {
    return this.page.locator(symbol).screenshot({ path });
  }

  /** The words on the sheet with a ring around them. */
  ringed() {
    return this.texts(ringed);
  }

  /** Prints what is shown: its text without white space, its number of pages, and whether they are landscape. */
  async print(name) {
    const pdf = await this.page.pdf({ preferCSSPageSize: true, printBackground: true });
    // To look at by eye: FUIN_PAPERS=folder keeps what is printed.
    if (process.env.FUIN_PAPERS) writeFileSync(join(process.env.FUIN_PAPERS, `${name}.pdf`), pdf);
    return read(pdf);
  }

  /** Prints on A4, whatever the page says about paper. */
  async printOnA4() {
    return read(await this.page.pdf({ format: "A4", printBackground: true }));
  }
}
