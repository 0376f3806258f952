// Papers of much: 60 requests in a year, 20 clips of 20 cameras in a bundle, long names with rare letters. Everything is
// on paper, and no paper begins with a page that is nearly empty.
import assert from "node:assert/strict";
import { copyFileSync } from "node:fs";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { takeOver } from "./journeys.mjs";
import { Office, run } from "./office.mjs";

const office = new Office("midori");
after(() => office.remove());

const COUNT = 20;
const ROWS = 60;
/** 人名用漢字, a letter outside of the basic plane, and one with a variation selector (IVS). */
const rare = "髙﨑𠮷葛󠄀渡邉神";
const organization = (n) => `${rare}見本警察署第${n}分署`;
/** A long text, and what stands at its ends: what is between may be cut by the end of a page. */
const ends = ["目的は次のとおり。", "以上のとおりである。"];
const long = ends.join("駅前広場で発生した窃盗被疑事件の捜査のため、犯人の足取りを確かめる必要がある。".repeat(12));

/** What each request is for: so short that no page cuts it. */
const about = (n) => `捜査その${n}番`;

/** The example request with other words: of this number, and of so many cameras. */
function request(n, cameras) {
  const example = office.example.replace(/^\[\[range\]\]$[^]*?(?=^\[)/m, "").replace(/^\[\[clip\]\]$[^]*/m, "");
  const range = (k) => `[[range]]\ncamera = "西口第${k}カメラ"\nfrom = "2026-11-18T21:00:00+09:00"\nto = "2026-11-18T21:30:00+09:00"\n`;
  const clip = (k) => `[[clip]]\nfile = "cam${k}.mp4"\ncamera = "西口第${k}カメラ"\nstarts_at = "2026-11-18T21:0${k % 9}:00+09:00"\nclock_error_secs = 0\n`;
  const all = Array.from({ length: cameras }, (_, k) => k + 1);
  const text = [example, ...all.map(range), ...(cameras > 1 ? all.map(clip) : [])].join("\n");
  return text.replace(/organization = ".*"/, `organization = "${organization(n)}"`)
    .replace(/purpose = ".*"/, `purpose = "${n === 1 ? long : about(n)}"`)
    .replace(/document_number = ".*"/, `document_number = "刑捜第${n}号"`);
}

/** Prints what is open: every one of these words is there, and the first page is used. */
async function whole(desk, name, words) {
  await desk.papers.open(name);
  await desk.papers.sheet.appears();
  const printed = await desk.papers.sheet.print(`long-${name}`);
  const missing = words.filter((word) => !printed.cells.includes(word.replaceAll(/\s/g, "")));
  assert.deepEqual(missing, [], `${name}: not on paper`);
  assert.ok(printed.pages === 1 || printed.filled > 0.6, `${name}: its first page ends at ${printed.filled}`);
}

test("60 rows, 20 clips, long texts and rare letters are printed whole", () => Browser.use(async (browser) => {
  const numbers = Array.from({ length: ROWS }, (_, n) => n + 1);
  const clips = Array.from({ length: COUNT }, (_, k) => office.path(`cam${k + 1}.mp4`));
  for (const clip of clips) copyFileSync(office.sampleClip(1), clip);
  office.write("request.toml", request(1, COUNT));
  const sealed = office.seal("many.fuin", clips);
  for (const n of numbers.slice(1)) {
    const recorded = office.office("record", "request", office.write(`${n}.toml`, request(n, 1)));
    assert.ok(recorded.ok, recorded.raw);
  }
  const exported = office.path("all.jsonl");
  run("ledger", "export", "--office", office.path("office"), "--out", exported);
  const desk = await takeOver(browser, office);
  await desk.goTo("settings");
  await desk.settings.importLedger(exported);
  await desk.told("読み込みました");
  await desk.goTo("ledger");
  await desk.register.openLast();
  const cameras = clips.map((_, k) => `西口第${k + 1}カメラ`);
  await whole(desk, "cover", [organization(1), ...cameras, sealed.bundle_id]);
  await whole(desk, "hashes", clips.map((_, k) => `cam${k + 1}.mp4`));
  await whole(desk, "delivery", [sealed.bundle_id]);
  await whole(desk, "undertaking", [organization(1), ...ends, ...cameras]);
  await whole(desk, "midori-1", [organization(1), ...ends, ...cameras]);
  await desk.goTo("forms");
  await whole(desk, "midori-2", [rare, ...ends, ...numbers.slice(1).map(about)]);
  await desk.amendments.chooseBook("disclosures");
  await whole(desk, "book", [rare, ...ends, ...numbers.slice(1).map(about)]);
}));
