// The end of a 年度 at the desk: closed, nothing more recorded of its days, and its records destroyed after their time.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { found, passphrase } from "./journeys.mjs";
import { Office, run } from "./office.mjs";

const office = new Office();
after(() => office.remove());

/** What the signed lines of a ledger say. */
function said(path) {
  const payloads = readFileSync(path, "utf8").split("\n").map((line) => line.split(".")[1] ?? "");
  return payloads.map((payload) => Buffer.from(payload, "base64url").toString()).join("\n");
}

test("a year is closed; its records go after their time, and hashes and counts stay", () => Browser.use(async (browser) => {
  const desk = await found(browser, "minato", office.path("key.json"));
  const { amendments, papers, settings } = desk;
  await desk.goTo("forms");
  await papers.recordOperation("苦情等", { on: "2024-05-01", reason: "苦情 見本消子" });
  await desk.told("記録しました");
  await amendments.chooseYear(2024);
  await amendments.closeYear("防災課長");
  await desk.told("記録しました");
  // Nothing more of its days.
  await papers.recordOperation("苦情等", { on: "2025-03-31", reason: "遅い苦情" });
  assert.match(await desk.stopNotice(), /年度は締められています/);
  await desk.goTo("settings");
  await settings.exportLedger(office.path("before.jsonl"));
  assert.match(said(office.path("before.jsonl")), /見本消子/);
  await desk.goTo("forms");
  await amendments.chooseYear(2024);
  assert.match(await amendments.openDestroying(), /廃棄するもの：申請 0 件/);
  await accessible(desk, "the end of a year");
  await amendments.destroyYear({ basis: "文書管理規程", witness: "係長 見本" });
  await desk.told("廃棄しました");
  await amendments.chooseBook("years");
  const rows = await amendments.bookRows(2);
  assert.match(rows.join(), /締め.*廃棄.*文書管理規程.*係長 見本/s);
  await amendments.chooseBook("operations");
  await amendments.bookRows(0);

  // It is gone from what the browser keeps, and the rest verifies, here and on the command line.
  await desk.reopen(passphrase);
  await desk.goTo("settings");
  await settings.exportLedger(office.path("after.jsonl"));
  assert.doesNotMatch(said(office.path("after.jsonl")), /見本消子/);
  assert.match(readFileSync(office.path("after.jsonl"), "utf8"), /fuin-destroyed\/1/);
  assert.match(said(office.path("after.jsonl")), /文書管理規程/);
}));
