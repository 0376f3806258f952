// One office's life, by turns at the desk and on the command line: the ledger goes to and fro, and nothing is lost.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { close, reported, seal } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());
const path = (name) => office.path(name);

test("one office's life, by turns at the desk and on the command line", () => Browser.use(async (browser) => {
  const home = path("turns");
  const withKey = ["--office", home, "--passphrase-file", path("office.txt")];
  const fuin = (...args) => {
    const done = run(...args);
    assert.ok(done.ok, `${args.join(" ")}: ${done.stderr}`);
    return done;
  };
  const record = (...args) => fuin("record", ...withKey, ...args);
  fuin("office", "new", "--rules", "fujisawa", "--name", "藤沢市の課", "--contact", "0466",
    "--passphrase-file", path("office.txt"), home);
  office.write("fujisawa.toml", run("request", "example", "--rules", "fujisawa").request);
  record("request", path("fujisawa.toml"));
  record("roles", "係：例示", "課長：見本");
  record("decide", "--number", "1", "--grant", "--by", "課長");
  fuin("ledger", "export", "--office", home, "--out", path("turn1.jsonl"));

  const desk = await Desk.open(browser);
  const { settings } = desk;
  await desk.saveAsDownloads();
  await desk.takeOver(`${home}/office.key`, office.passphrase);
  await desk.worksHere();
  await settings.takesLedger();
  await settings.importLedger(path("turn1.jsonl"));
  await desk.told("読み込みました");
  await desk.goTo("today");
  await desk.openFirstToSeal();
  const { bundle, words, id } = await seal(desk, office.sampleClip(4), path);
  await desk.goTo("settings");
  await settings.exportLedger(path("turn2.jsonl"));

  fuin("ledger", "import", "--office", home, path("turn2.jsonl"));
  record("report", "--bundle", id, "--kind", "delivery", "--from", "窓口");
  record("extend", "--bundle", id, "--until", "2199-03-31", "--reason", "公判", "--by", "課長");
  const code = await reported(browser, bundle, words, "return");
  fuin("confirm", ...withKey, "--bundle", id, "--code", code);
  fuin("ledger", "export", "--office", home, "--out", path("turn3.jsonl"));

  await desk.toFront();
  await settings.importLedger(path("turn3.jsonl"));
  await desk.told("3 件の記録を読み込みました");
  await desk.goTo("ledger");
  await desk.register.openFirst();
  const timeline = await desk.case.timeline();
  const steps = ["申請を受け付けた", "提供可と決定した", "封印した", "受領", "返却期限を延長した", "返却"];
  const said = steps.map((words, n) => timeline[n]?.includes(words));
  assert.deepEqual(said, Array(6).fill(true), timeline.join("\n"));
  await desk.goTo("confirm");
  await close(desk, "異常なし");
  await desk.goTo("settings");
  await settings.exportLedger(path("turn4.jsonl"));
  fuin("ledger", "import", "--office", home, path("turn4.jsonl"));
  const { year } = fuin("ledger", "year", "--office", home);
  assert.deepEqual([year.requests, year.disclosed, year.returned, year.closed, year.extensions], [1, 1, 1, 1, 1]);
  assert.ok(fuin("ledger", "verify", "--office", home).ok);
}));
