// `fuin serve` for the browser tests: on a folder of its own, at a port of its own; killed as a power cut would.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fuin, run } from "./office.mjs";

export class Server {
  /** Reached by this name, or by its address. */
  constructor(name) {
    this.name = name;
    this.folder = mkdtempSync(join(tmpdir(), "fuin-serve-"));
    this.store = `folder:${join(this.folder, "office")}`;
    this.port = 0;
  }

  path(name) {
    return join(this.folder, name);
  }

  /** Starts it, at the port that it had; gives its address once it says it. */
  async start(...args) {
    const listen = `127.0.0.1:${this.port}`;
    this.child = spawn(fuin, ["serve", "--store", this.store, "--listen", listen, ...(this.name ? ["--host", this.name] : []), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.gone = once(this.child, "exit");
    this.log = "";
    this.child.stderr.setEncoding("utf8").on("data", (text) => { this.log += text; });
    let said = "";
    this.child.stdout.setEncoding("utf8");
    for await (const text of this.child.stdout) {
      said += text;
      const url = said.match(/https?:\/\/[a-z0-9.]+:(\d+)\//);
      if (url) {
        this.port = Number(url[1]);
        this.address = url[0];
        return this.address;
      }
    }
    throw new Error(`the server did not start: ${said} ${this.log}`);
  }

  async kill(signal = "SIGKILL") {
    this.child.kill(signal);
    await this.gone;
  }

  /** A word for somebody who has no account yet. */
  invite(name, ...args) {
    return run("server", "invite", "--store", this.store, name, ...args).word;
  }

  verify() {
    return run("ledger", "verify", "--office", this.path("office"));
  }

  /** The office's ledger and its head, as they are stored. */
  keeps() {
    const read = (name) => readFileSync(this.path(`office/${name}`), "utf8");
    return { ledger: read("ledger.jsonl"), head: read("ledger.head") };
  }

  /** Somebody puts an older copy back while it does not run. */
  isSetBack({ ledger, head }) {
    writeFileSync(this.path("office/ledger.jsonl"), ledger);
    writeFileSync(this.path("office/ledger.head"), head);
  }

  async remove() {
    if (this.child && this.child.exitCode === null) await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
