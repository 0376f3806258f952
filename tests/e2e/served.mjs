// A page that a command of `fuin` gives out to this PC, and what another program gets of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { after } from "node:test";
import { fuin } from "./office.mjs";

const running = new Set();
// A test that fails leaves nothing behind.
after(() => running.forEach((child) => child.kill("SIGKILL")));

/** Starts `fuin ARGS`; gives its address, what waits until it says something, and what ends it, as Ctrl+C would. */
export async function start(...args) {
  const child = spawn(fuin, [...args, "--no-browser"], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const ended = once(child, "exit").then(() => { running.delete(child); });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text) => { said += text; });
  const says = async (words) => {
    while (!words.test(said)) {
      await Promise.race([once(child.stdout, "data"), ended.then(() => { throw new Error(`fuin ${args[0]} ended: ${said}`); })]);
    }
    return said.match(words)[0];
  };
  const url = new URL((await says(/http:\S+\s/)).trim());
  return { url, says, end: () => { child.kill("SIGINT"); return ended; } };
}

/** Asks for something as some program would; `bytes` is the answer, `text` the same as UTF-8. */
export function ask(url, { method = "GET", headers = {}, path = url.pathname } = {}) {
  return new Promise((resolve, reject) => {
    const asking = request({ host: url.hostname, port: url.port, path, method, headers }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => {
        const bytes = Buffer.concat(parts);
        resolve({ status: response.statusCode, headers: response.headers, bytes, text: bytes.toString() });
      });
    });
    asking.on("error", reject).end();
  });
}

/** What is to be refused, and how. */
export function refusals({ port }) {
  return [
    ["another address", { path: "/" }, 404],
    ["a guess", { path: `/${"A".repeat(22)}/` }, 404],
    ["another name for this PC", { headers: { host: `attacker.example:${port}` } }, 421],
    ["a link on another site", { headers: { "sec-fetch-site": "cross-site" } }, 403],
    ["another port of this PC", { headers: { "sec-fetch-site": "same-site" } }, 403],
    ["something sent", { method: "POST" }, 405],
  ];
}
