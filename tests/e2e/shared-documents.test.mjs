// What lies beside a shared ledger: a scan that one PC took in is read at the other, and a ticket is issued with a key
// that the other kept; the server can open none of it.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { onPaper, passphrase, review, seal } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { SharedDesk } from "./pages/shared.mjs";
import { Server } from "./server.mjs";
import { clerk, decider, founds, password, two } from "./shared-journeys.mjs";

const office = new Office();
const server = new Server();
after(() => office.remove());
after(() => server.remove());

/** What the server keeps beside the ledger, by name. */
function deposited() {
  const place = server.path("office/documents");
  const [folder] = readdirSync(place);
  return new Map(readdirSync(`${place}/${folder}`).map((name) => [name, readFileSync(`${place}/${folder}/${name}`)]));
}

/** Waits until the server keeps so many documents. */
async function keeps(desk, count) {
  await desk.page.waitForFunction(async (count) => {
    const answer = await fetch("/api/documents", { headers: { "x-fuin": "1" } });
    return (await answer.json()).length === count;
  }, count);
}

test("a scan and a kept key that one PC has are used at the other, and lie sealed at the server", () => two(async (one, other) => {
  await server.start();
  const first = await founds(one, server.invite(decider), server);
  const word = await first.addPerson(clerk, "handler");
  const second = await SharedDesk.at(other, server.address);
  await second.accept(word, password);
  await second.takeOver(server.path("office.key"), passphrase);
  await second.isOpen();
  await first.approve(await second.waitsForApproval(), "窓口の PC");
  await second.isApproved();

  // The clerk takes a request in with its scan.
  const scan = server.path("scan.pdf");
  const text = `%PDF-1.7 誓約書 ${"見本警察署 ".repeat(300_000)}`;
  writeFileSync(scan, text);
  await second.goTo("request");
  await second.incoming.fill({ ...onPaper, documentNumber: "刑捜第1号" });
  await second.incoming.chooseGround("investigation", "CCP_197_2");
  await second.incoming.attachScan(scan);
  await second.incoming.hasAttached(1);
  await second.incoming.record();
  await second.case.isInReview();
  await keeps(second, 1);
  const [[name, bytes]] = deposited();
  assert.match(name, /^[0-9a-f]{64}$/);
  assert.ok(bytes.length > text.length && !bytes.includes("見本警察署") && !bytes.includes("%PDF"), "it is sealed");

  // The decider reads it at her PC.
  await first.openRequest(1);
  const saved = await first.case.saveAttachment(1, server.path("saved.pdf"));
  assert.equal(readFileSync(saved, "utf8"), text);
  await review(second, { undertaking: true });
  await first.case.decideAs(decider);
  await first.case.grant();
  const sealed = await seal(second, office.sampleClip(4), (name) => office.path(name));
  await keeps(second, 2);
  assert.ok(deposited().has(`${sealed.id}.key`));

  // The bundle waits at the server; the other PC takes it and hands it over.
  await second.case.leaveAtServer(scan);
  await second.stopped("封印ファイル");
  await second.case.leaveAtServer(sealed.bundle);
  await second.case.isAtServer();
  await keeps(second, 3);
  assert.ok(deposited().get(`${sealed.id}.fuin`).equals(readFileSync(sealed.bundle)));
  await first.goTo("ledger");
  await first.register.openFirst();
  const taken = await first.case.takeFromServer(server.path("taken.fuin"));
  assert.ok(readFileSync(taken).equals(readFileSync(sealed.bundle)));
  await accessible(first, "deposited");

  // Another ticket is issued where the key never was.
  await first.goTo("ledger");
  await first.register.openFirst();
  await first.case.hasTimeline();
  const { ticket } = await first.case.reissue((file) => office.path(file));
  assert.ok(readFileSync(ticket).length > 0);
}));
