// Merges what cargo-about gathered for each part that is handed out: each licence text once, with all that it is for.
// Usage: notice.mjs FILE… > NOTICE, the files as about.hbs has them.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const line = "=".repeat(80);
const texts = new Map();
for (const file of process.argv.slice(2)) {
  for (const section of readFileSync(file, "utf8").split(line).slice(1)) {
    const [, name, crates, text] = section.match(/^\s*(.+)\n\n((?: {2}.+\n)+)\n([^]*)$/);
    const key = `${name}\n${text.trim().replaceAll(/[ \t]+$/gm, "")}`;
    const known = texts.get(key) ?? new Set();
    for (const crate of crates.trim().split("\n")) known.add(crate.trim());
    texts.set(key, known);
  }
}
const sections = [...texts].map(([key, crates]) => {
  const [name, ...text] = key.split("\n");
  return { name, crates: [...crates].sort(), text: text.join("\n").trim() };
});
sections.sort((a, b) => a.name.localeCompare(b.name) || a.crates[0].localeCompare(b.crates[0]));
const head = readFileSync(join(dirname(fileURLToPath(import.meta.url)), "notice-head.txt"), "utf8").trim();
const body = sections.map(({ name, crates, text }) => `${line}\n${name}\n\n  ${crates.join("\n  ")}\n\n${text}\n`);
process.stdout.write(`${head}\n\n${body.join("\n")}`);
