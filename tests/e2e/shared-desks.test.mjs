// Several desks and one ledger: `fuin serve` on a folder, two browsers at once through a whole case; a server that is
// killed, a desk that is lost.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { passphrase, record, review, seal } from "./journeys.mjs";
import { Office, run } from "./office.mjs";
import { SharedDesk } from "./pages/shared.mjs";
import { Server } from "./server.mjs";
import { clerk, decider, founds, password, two } from "./shared-journeys.mjs";

const office = new Office();
const server = new Server();
after(() => office.remove());
after(() => server.remove());

/** The second PC signs in, takes the office over, and waits to be approved; gives its words. */
async function joins(browser, word) {
  const desk = await SharedDesk.at(browser, server.address);
  await desk.accept(word, password);
  assert.equal(await desk.foundingForms(), 0, "its office is there already");
  await desk.takeOver(server.path("office.key"), passphrase);
  await desk.isOpen();
  return { desk, words: await desk.waitsForApproval() };
}

test("two desks record at once, one decides; a server that is killed or was set back, and a desk that is lost", () => two(async (one, other) => {
  await server.start();
  const first = await founds(one, server.invite(decider), server);
  const word = await first.addPerson(clerk, "handler");
  await accessible(first, "people and desks");
  const { desk: second, words } = await joins(other, word);
  // Nothing is recorded at a desk that nobody approved.
  await second.goTo("request");
  await second.incoming.fill({ organization: "見本警察署" });
  await first.approve(words, "窓口の PC");
  await second.isApproved();
  assert.deepEqual((await first.desks()).map((line) => line.includes("この端末")), [true, false]);
  await first.goTo("today");
  await record(second, { number: "刑捜第1号" });
  // It is there without anybody asking for it.
  await first.hasToReview(1);
  await second.claim();
  await first.openRequest(1);
  await first.claimed(clerk);
  await review(second, { undertaking: true });
  await second.waitsForDecision("決裁待ち");
  await first.case.decideAs(decider);
  await first.case.grant();
  const sealed = await seal(second, office.sampleClip(4), (name) => office.path(name));
  assert.ok(office.verify(sealed.bundle, sealed.words).ok);

  // Both at once: both get a number of their own, and nobody a fork.
  await Promise.all([record(first, { number: "刑捜第2号" }), record(second, { number: "刑捜第3号" })]);
  const numbers = await Promise.all([first.case.number(), second.case.number()]);
  assert.deepEqual(numbers.sort(), [2, 3]);
  await Promise.all([first.goTo("today"), second.goTo("today")]);
  await Promise.all([first.hasToReview(2), second.hasToReview(2)]);
  const checked = server.verify();
  assert.ok(checked.ok, checked.stderr);
  const { offices: [kept] } = run("server", "offices", "--store", server.store);
  const out = server.path("export.jsonl");
  run("server", "export", "--store", server.store, "--office", kept.id, "--out", out);
  const { ledger, head } = server.keeps();
  assert.equal(readFileSync(out, "utf8"), `${ledger}${head.trim()}\n`);
  const lines = run("ledger", "lines", "--office", server.path("office"));
  assert.ok(lines.ok);

  const older = server.keeps();
  // The server dies; what was recorded is there, and nothing is recorded meanwhile.
  await second.goTo("forms");
  await server.kill();
  await second.isAway();
  await server.start();
  await second.asksToSignIn();
  await second.signIn(clerk, password);
  await second.isSignedIn();
  await record(second, { number: "刑捜第4号" });
  await first.asksToSignIn();
  await first.signIn(decider, password);
  await first.isSignedIn();
  await first.goTo("today");
  await first.hasToReview(3);

  // A PC is lost: from then on it records nothing.
  await first.strikeOff("紛失した");
  await second.stopped("この端末は登録されていません");
  const desks = run("ledger", "desks", "--office", server.path("office")).desks;
  assert.deepEqual(desks.map(({ name, struck_off }) => [name, struck_off !== null]), [
    [`${decider}の端末`, false],
    ["窓口の PC", true],
  ]);
  // An older copy is put back: the desk that knows more says so, and gives the rest back.
  await server.kill();
  const whole = server.keeps();
  server.isSetBack(older);
  await server.start();
  await first.asksToSignIn();
  await first.signIn(decider, password);
  const lost = whole.ledger.split("\n").length - older.ledger.split("\n").length;
  await first.stopped(`${lost} 行少なくなっています`);
  await first.goTo("settings");
  await first.giveBack();
  await first.told("サーバーに渡しました");
  assert.equal(server.keeps().ledger, whole.ledger);
  assert.ok(server.verify().ok);
  // Neither names nor requests are in the log.
  assert.ok(server.log.includes('"route":"/api/ledger"'));
  for (const secret of [decider, clerk, "見本警察署", password]) assert.ok(!server.log.includes(secret), secret);
}));

test("a desk whose ledger went another way than the server's hands it out, and goes on once it was brought in", () => Browser.use(async (browser) => {
  const apart = new Server();
  after(() => apart.remove());
  await apart.start();
  const desk = await founds(browser, apart.invite(decider), apart);
  await record(desk, { number: "刑捜第1号" });
  const older = apart.keeps();
  await desk.goTo("request");
  await record(desk, { number: "刑捜第2号" });
  // An older copy is put back, and somebody goes on with it.
  await apart.kill();
  apart.isSetBack(older);
  const withKey = ["--office", apart.path("office"), "--passphrase-file", office.path("words.txt")];
  office.write("words.txt", `${passphrase}\n`);
  copyFileSync(apart.path("office.key"), apart.path("office/office.key"));
  const roles = run("record", ...withKey, "--operator", decider, "roles", "課長：見本");
  assert.ok(roles.ok, roles.stderr);
  await apart.start();
  await desk.asksToSignIn();
  await desk.signIn(decider, password);
  await desk.stopped("分かれています");
  await desk.goTo("settings");
  const ours = await desk.handOutParted(apart.path("ours.jsonl"));
  await accessible(desk, "parted");
  await apart.kill();
  const why = ["--reason", "戻された写しで記録した", "--by", decider, "--operator", decider];
  const united = run("ledger", "unite", ...withKey, ours, ...why);
  assert.ok(united.ok, united.stderr);
  await apart.start();
  await desk.connectAgain();
  await desk.asksToSignIn();
  await desk.signIn(decider, password);
  await desk.isSignedIn();
  await desk.goTo("ledger");
  assert.equal(await desk.register.rows(), 2);
  await desk.goTo("request");
  await record(desk, { number: "刑捜第3号" });
  assert.equal(await desk.case.number(), 3);
  assert.ok(apart.verify().ok);
}));
