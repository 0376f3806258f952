// An office on the command line, for the browser tests: founds, seals, confirms.
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const page = join(root, "dist/fuin.html");
export const fuin = process.env.FUIN_PROGRAM ?? join(root, "target/release/fuin");
const shared = join(root, "../shared/clips");

/** Runs the command line; gives its JSON report, refusals included. */
export function run(...args) {
  const result = spawnSync(fuin, ["--json", ...args], { encoding: "utf8" });
  if (!result.stdout) throw new Error(`fuin ${args.join(" ")}: ${result.stderr}`);
  return { ...JSON.parse(result.stdout), exit: result.status, stderr: result.stderr, raw: result.stdout };
}

/** A folder with an office, its passphrases and clips. */
export class Office {
  constructor(rules = "minato") {
    this.folder = mkdtempSync(join(tmpdir(), "fuin-office-"));
    this.passphrase = "the office passphrase 2026";
    this.recipientPassphrase = "1234-5678-9012-3456";
    this.write("office.txt", this.passphrase + "\n");
    this.write("recipient.txt", this.recipientPassphrase + "\n");
    this.example = run("request", "example", "--rules", rules).request;
    this.write("request.toml", this.example);
    const founded = run("office", "new", "--rules", rules, "--name", "港区防災課", "--contact", "03-0000-0000",
      "--passphrase-file", this.path("office.txt"), this.path("office"));
    if (!founded.ok) throw new Error(founded.stderr);
  }

  path(name) {
    return isAbsolute(name) ? name : join(this.folder, name);
  }

  write(name, text) {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  /** The generated clip, made once. */
  sampleClip(...options) {
    const path = this.path(`sample${options.join("-")}.mp4`);
    if (!existsSync(path)) execFileSync(join(root, "scripts/sample-clip.sh"), [path, ...options.map(String)]);
    return path;
  }

  /** The generated clip with nothing behind it, up to so many bytes: sealing it takes a while. */
  longClip(bytes) {
    const path = this.path(`long-${bytes}.mp4`);
    copyFileSync(this.sampleClip(4), path);
    truncateSync(path, bytes);
    return path;
  }

  seal(name, clips, ...options) {
    const args = ["seal", "--office", this.path("office"), "--passphrase-file", this.path("office.txt"),
      "--request", this.path("request.toml"), "--out", this.path(name)];
    if (!options.includes("--recipient-key")) args.push("--recipient-passphrase-file", this.path("recipient.txt"));
    const sealed = run(...args, ...[clips].flat().flatMap((clip) => ["--clip", clip]), ...options);
    if (!sealed.ok) throw new Error(sealed.stderr);
    return { ...sealed, path: this.path(name) };
  }

  office(command, ...args) {
    return run(command, "--office", this.path("office"), "--passphrase-file", this.path("office.txt"), ...args);
  }

  /** Has the command line check a bundle that this passphrase opens. */
  verify(bundle, passphrase = this.recipientPassphrase) {
    return run("verify", bundle, "--recipient-passphrase-file", this.write("words.txt", `${passphrase}\n`));
  }

  /** A copy of a bundle with one byte changed. */
  flipped(bundle, name, offset) {
    const bytes = readFileSync(bundle);
    bytes[offset] ^= 1;
    writeFileSync(this.path(name), bytes);
    return this.path(name);
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A text with one letter changed. */
export function altered(text, at) {
  return text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
}

/** Real clips, when they are here. */
export function sharedClips() {
  if (!existsSync(shared)) return [];
  return readdirSync(shared).filter((name) => name.endsWith(".mp4")).map((name) => join(shared, name));
}
