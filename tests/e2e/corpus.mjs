// The generated corpus of clips, one for every way of writing a video.
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
