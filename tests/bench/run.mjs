// Both sides in one run, alternating; prints a table and writes target/bench.json. Ratios are speeds, ours ÷ theirs, but
// where milliseconds stand, times. Usage: run.mjs [PART…]
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchDecoders } from "./decoders.mjs";
import { benchBrowserSealing, benchLedger } from "./desk.mjs";
import { benchDesks } from "./desks.mjs";
import { benchJourneys } from "./journeys.mjs";
import { benchPlayer } from "./player.mjs";
import { benchSealing } from "./sealing.mjs";
import { benchWorker } from "./worker.mjs";
import { Office, root } from "../e2e/office.mjs";

const PARTS = {
  sealing: benchSealing, worker: benchWorker, player: benchPlayer, decoders: benchDecoders, ledger: benchLedger,
  desk: benchBrowserSealing, desks: benchDesks, journeys: benchJourneys,
};
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(PARTS);
const strange = wanted.filter((name) => !PARTS[name]);
if (strange.length > 0) {
  console.error(`no part ${strange.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}

// In memory if it fits, so that both sides are measured and not the disk.
const room = (path) => statfsSync(path).bavail * statfsSync(path).bsize;
const base = room("/dev/shm") > 6 * 2 ** 30 ? "/dev/shm" : join(root, "target");
const results = {};
const say = (key, value, words) => {
  results[key] = Number(value.toFixed(3));
  console.log(`${key.padEnd(30)} ${String(results[key]).padStart(9)}   ${words}`);
};

console.log(`medians of alternating rounds; files in ${base === "/dev/shm" ? "memory" : "target/"}`);
for (const name of wanted) {
  const folder = mkdtempSync(join(base, "fuin-bench-"));
  const office = new Office();
  const clear = () => {
    office.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", clear);
  await PARTS[name]({ office, folder, say });
  process.off("exit", clear);
  clear();
}
writeFileSync(join(root, "target/bench.json"), JSON.stringify(results, null, 2) + "\n");
