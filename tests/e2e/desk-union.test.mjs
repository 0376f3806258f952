// 記録簿の統合: two PCs of one office recorded by themselves, and both gave out the same number; one ledger has all of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { found, grant, passphrase, record, review, seal } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

/** Runs work with two browsers, each with a profile of its own: two PCs. */
const two = (work) => Browser.use((first) => Browser.use((second) => work(first, second)));

/** An office at one PC, and its ledger so far at another one. */
async function apart(one, other, rules) {
  const key = path(`${rules}.key`);
  const first = await found(one, rules, key);
  await first.goTo("settings");
  const begun = await first.settings.exportLedger(path(`${rules}.jsonl`));
  const second = await Desk.open(other);
  await second.saveAsDownloads();
  await second.takeOver(key, passphrase);
  await second.worksHere();
  await second.settings.takesLedger();
  await second.settings.importLedger(begun);
  await second.told("読み込みました");
  return [first, second];
}

test("what two PCs recorded is in one ledger, with numbers of its own, and neither is asked for it twice", () => two(async (one, other) => {
  const [first, second] = await apart(one, other, "minato");

  // Each goes on by itself.
  await first.goTo("request");
  await record(first, { number: "一号機の申請" });
  await second.goTo("request");
  await record(second, { number: "二号機の申請" });
  await review(second, { undertaking: true });
  await grant(second, "課長 見本花子");
  const sealed = await seal(second, office.sampleClip(4), path);
  await second.goTo("settings");
  const theirs = await second.settings.exportLedger(path("theirs.jsonl"));

  await first.goTo("settings");
  await first.settings.importLedger(theirs);
  const asked = await first.settings.unionAsked();
  assert.match(asked, /分かれています/);
  assert.match(asked, /もう一方の申請 第1号は、ここでは第2号/);
  await accessible(first, "union");
  const before = await first.settings.eventCount();
  await first.settings.unite({ reason: "二台の記録簿の統合", by: "課長 見本花子" });
  await first.told("統合しました");
  assert.ok((await first.settings.eventCount()) > before + 4);
  await first.goTo("ledger");
  assert.equal(await first.register.rows(), 2);
  await first.register.openFirst();
  await first.case.hasTimeline();
  assert.equal(await first.case.number(), 2);
  assert.match(await first.case.numberBefore(), /第1号/);
  const timeline = await first.case.timeline();
  assert.ok(timeline.some((line) => line.includes("封印した") && line.includes(sealed.id)), timeline.join("\n"));
  await first.goTo("settings");
  const all = await first.settings.exportLedger(path("all.jsonl"));

  // The other PC takes over what has all of its own.
  await second.settings.importLedger(all);
  await second.told("読み込みました");
  await second.goTo("ledger");
  assert.equal(await second.register.rows(), 2);
  await second.goTo("request");
  await record(second, { number: "統合の後" });
  assert.equal(await second.case.number(), 3);
  // Whoever gets a copy that is here already is told so.
  await second.goTo("settings");
  await second.settings.importLedger(theirs);
  await second.stopped("すべてこの記録簿にあります");
  const text = readFileSync(all, "utf8");
  assert.ok(text.trim().split("\n").length > 8);
}));

test("a union that is stopped goes on where it was, and nothing comes twice", () => two(async (one, other) => {
  const [first, second] = await apart(one, other, "tajimi");
  await first.goTo("request");
  await record(first, { number: "一号機の申請" });
  for (const number of ["甲", "乙", "丙"]) {
    await second.goTo("request");
    await record(second, { number });
  }
  await second.goTo("settings");
  const theirs = await second.settings.exportLedger(path("theirs-2.jsonl"));
  await first.goTo("settings");
  await first.settings.importLedger(theirs);
  await first.settings.unionAsked();
  await first.settings.uniteAndStop({ reason: "統合", by: "会長" });
  await first.told("途中で止めました");
  await first.reopen(passphrase);
  await first.goTo("settings");
  await first.settings.unionIsLeft();
  await first.settings.importLedger(theirs);
  await first.settings.unionAsked();
  await first.settings.unite({ reason: "統合", by: "会長" });
  await first.told("統合しました");
  await first.goTo("ledger");
  assert.equal(await first.register.rows(), 4);
}));
