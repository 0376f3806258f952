// Writes the manifest of a release: every file of a folder by name, length and SHA-256.
// Usage: release.mjs FOLDER COMMIT RUSTC
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder, commit, rustc] = process.argv.slice(2);
const version = readFileSync("Cargo.toml", "utf8").match(/^version = "(.*)"$/m)[1];
const files = readdirSync(folder).sort().map((name) => {
  const content = readFileSync(join(folder, name));
  return { name, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
});
console.log(JSON.stringify({ format: "fuin-release/1", version, commit, rustc, files }, null, 2));
