// The viewer's worker, decrypting, against a bare loop over WebCrypto on the same page.
import { join } from "node:path";
import { Browser } from "../e2e/browser.mjs";
import { page as html } from "../e2e/office.mjs";
import { randomFile } from "./sealing.mjs";
import { median } from "./median.mjs";

const ROUNDS = 5;

/** Says how fast the worker decrypts. */
export async function benchWorker({ office, folder, say }) {
  const part = join(folder, "part.bin");
  await randomFile(part, 2 ** 28);
  const { path: partBundle } = office.seal("part.fuin", part);
  const browser = await Browser.start();
  const page = await browser.page(html);
  await page.evaluate(() => {
    const input = document.createElement("input");
    input.type = "file";
    input.id = "bench-file";
    document.body.append(input);
  });
  await page.setInputFiles("#bench-file", partBundle);
  const speeds = await page.evaluate(async ({ passphrase, rounds }) => {
    const file = document.querySelector("#bench-file").files[0];
    const glue = document.querySelector("#fuin-glue").textContent;
    const start = "self.onmessage=e=>{self.onmessage=null;wasm_bindgen({module_or_path:e.data})};";
    const worker = new Worker(URL.createObjectURL(new Blob([glue, start], { type: "text/javascript" })));
    const waiting = [];
    worker.onmessage = ({ data }) => {
      // What is handed over is no event.
      if (typeof data !== "string") return;
      const message = data === "ready" ? { view: { is: "ready" } } : JSON.parse(data);
      if (message.refused) throw new Error(message.refused.code);
      const event = message.view ?? {};
      const at = waiting.findIndex(({ is }) => is === event.is);
      if (at >= 0) waiting.splice(at, 1)[0].resolve(event);
    };
    const event = (is) => new Promise((resolve) => waiting.push({ is, resolve }));
    const send = (view, cargo) => worker.postMessage({ text: JSON.stringify({ view }), cargo });
    const ready = event("ready");
    worker.postMessage(globalThis.fuinModule);
    await ready;
    const outside = event("outside");
    send({ do: "open" }, file);
    await outside;
    const inside = event("inside");
    send({ do: "unlock_with_passphrase", passphrase });
    await inside;
    const admitted = event("admitted");
    send({ do: "admit", name: "bench", now: new Date(Date.now() + 9 * 3600e3 + 1000).toISOString().slice(0, 19) + "+09:00" });
    await admitted;

    // The bare loop: the same number of 16 KiB chunks, read from a file-backed blob, one call after the other in batches.
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const iv = new Uint8Array(12);
    const sealedChunk = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array(16384)));
    const batch = new Uint8Array(64 * 16400);
    for (let i = 0; i < 64; i++) batch.set(sealedChunk, i * 16400);
    const bare = async (bytes) => {
      const began = performance.now();
      for (let done = 0; done < bytes; done += 2 ** 20) {
        await file.slice(done, done + 64 * 16400).arrayBuffer();
        const calls = [];
        for (let i = 0; i < 64; i++) calls.push(crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, batch.subarray(i * 16400, (i + 1) * 16400)));
        await Promise.all(calls);
      }
      return bytes / ((performance.now() - began) / 1000);
    };
    const ours = [];
    const theirs = [];
    for (let round = 0; round < rounds; round++) {
      const measured = event("measured");
      send({ do: "measure_decrypt", clip: 0 });
      const { bytes, ms } = await measured;
      ours.push(bytes / (ms / 1000));
      theirs.push(await bare(bytes));
    }
    return { ours, theirs };
  }, { passphrase: office.recipientPassphrase, rounds: ROUNDS });
  await browser.finish();
  const [ours, theirs] = [median(speeds.ours), median(speeds.theirs)];
  const mib = (speed) => `${(speed / 2 ** 20).toFixed(0)} MiB/s`;
  say("browser_decrypt_vs_webcrypto", ours / theirs, `${mib(ours)} ÷ ${mib(theirs)} (bare WebCrypto loop)`);
}
