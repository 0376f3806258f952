// A ledger of many lines in PostgreSQL, beside pgbench on the same cluster; and many desks at once. See
// tests/examples/desks.rs. LINES=1000000 and DESKS=200, unless said otherwise.
import { spawnSync } from "node:child_process";
import { root } from "../e2e/office.mjs";

export function benchDesks({ say }) {
  const { LINES = "1000000", DESKS = "200" } = process.env;
  const args = ["run", "--quiet", "--release", "-p", "fuin_tests", "--example", "desks", "--", LINES, DESKS];
  const done = spawnSync("cargo", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (done.status !== 0) throw new Error("the measurement of several desks failed");
  const { append_p95_ms, pgbench_p95_ms, search_p95_ms, read_seconds, load } = JSON.parse(done.stdout);
  say("append_p95_ms", append_p95_ms, `one line, at ${LINES} lines (pgbench, one insert: ${pgbench_p95_ms.toFixed(2)} ms)`);
  say("append_vs_pgbench", pgbench_p95_ms / append_p95_ms, "aim: at least 0.5");
  say("search_p95_ms", search_p95_ms, `at ${LINES} lines`);
  say("ledger_read_s", read_seconds, `a server that begins with ${LINES} lines`);
  say("desks_line_p95_ms", load.line_p95_ms, `${load.desks} desks at once, ${load.lines} lines in ${load.seconds.toFixed(1)} s`);
}
