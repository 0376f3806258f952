// The page over http. There the browser has folders of its own, which take the place of those that nobody is there to
// choose.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { page as html } from "./office.mjs";

/** Serves the built page on this computer; gives its address, and what ends it. */
export async function host() {
  const server = createServer((request, response) => {
    const found = request.url.startsWith("/fuin.html");
    response.writeHead(found ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(found ? readFileSync(html) : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return { address: `http://127.0.0.1:${server.address().port}/fuin.html`, close: () => server.close() };
}

/** Whoever is asked for a folder chooses the browser's own folder «mirror»; files are saved as downloads. */
export function chooseOwnFolder({ page }) {
  return page.evaluate(() => {
    window.showSaveFilePicker = undefined;
    window.showDirectoryPicker = async () => {
      const root = await navigator.storage.getDirectory();
      return root.getDirectoryHandle("mirror", { create: true });
    };
  });
}

/** Whoever is asked where to save takes the suggested name in the browser's own folder. */
export function chooseOwnFiles({ page }) {
  return page.evaluate(() => {
    window.chosen = [];
    window.showSaveFilePicker = async ({ suggestedName }) => {
      window.chosen.push(suggestedName);
      return (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
    };
  });
}

/** What is in the file that was chosen as the nth, from 0. */
export async function chosenFile({ page }, n) {
  const base64 = await page.evaluate(async (n) => {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle(window.chosen[n])).getFile();
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = "";
    for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return btoa(binary);
  }, n);
  return Buffer.from(base64, "base64");
}

/** The text of a file in the folder «mirror». */
export function readMirror({ page }, name) {
  return page.evaluate(async (name) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("mirror");
    return (await (await folder.getFileHandle(name)).getFile()).text();
  }, name);
}

/** Writes a file in the folder «mirror», as somebody else would. */
export function writeMirror({ page }, name, text) {
  return page.evaluate(async ({ name, text }) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("mirror");
    const out = await (await folder.getFileHandle(name, { create: true })).createWritable();
    await out.write(text);
    await out.close();
  }, { name, text });
}

/** The texts of all files in the mirror's folder of attachments. */
export function mirroredAttachments({ page }) {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await (await root.getDirectoryHandle("mirror")).getDirectoryHandle("attachments");
    const texts = [];
    for await (const file of folder.values()) texts.push(await (await file.getFile()).text());
    return texts;
  });
}
