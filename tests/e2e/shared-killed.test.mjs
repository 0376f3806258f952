// A shared desk whose browser is killed while it records: what was acknowledged is at the server, everything else is
// there whole or not at all, and the desk goes on. `FUIN_ROUNDS` says how often.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Browser } from "./browser.mjs";
import { due } from "./dates.mjs";
import { passphrase, range, record } from "./journeys.mjs";
import { SharedDesk } from "./pages/shared.mjs";
import { Server } from "./server.mjs";
import { decider, founds, password } from "./shared-journeys.mjs";
import { framesPass } from "./stored.mjs";

const server = new Server();
after(() => server.remove());

const rounds = Number(process.env.FUIN_ROUNDS ?? 6);
/** Frames after which the browser dies: before the line goes out, while the server takes it, and after. */
const frames = (round) => [0, 1, 2, 4, 7, 12, 20][round % 7];

/** As often somebody may sign in within a minute; a server that was killed counts anew. */
const signIns = 9;

/** Signs in and opens the office again. */
async function comesBack(browser) {
  const desk = await SharedDesk.at(browser, server.address);
  await desk.signIn(decider, password);
  await desk.isSignedIn();
  await desk.tryToEnter(passphrase);
  await desk.isOpen();
  return desk;
}

/** How many requests the server's ledger has. */
function requestsThere() {
  const said = server.keeps().ledger.trim().split("\n");
  const kinds = said.map((line) => JSON.parse(Buffer.from(line.split(".")[1], "base64url")).event.kind);
  return kinds.filter((kind) => kind === "requested").length;
}

test("a browser that is killed while it records has lost nothing that was acknowledged, and doubled nothing", () =>
  Browser.use(async (browser) => {
    await server.start();
    let desk = await founds(browser, server.invite(decider), server);
    await record(desk, { number: "刑捜第0号" });
    let known = 1;
    const begun = known;
    for (let round = 0; round < rounds; round += 1) {
      await desk.goTo("request");
      await desk.incoming.fill({
        organization: "甲警察署", person: "乙次郎", purpose: "捜査", camera: "一", documentNumber: `刑捜第${round + 1}号`, ...range, due,
      });
      await desk.incoming.record();
      await framesPass(desk, frames(round));
      const acknowledged = await desk.case.isShown();
      await browser.kill();
      if (round % signIns === signIns - 1) {
        await server.kill();
        await server.start();
      }
      desk = await comesBack(browser);
      assert.equal(await desk.faultCount(), 0);
      await desk.goTo("ledger");
      const newest = await desk.register.newest();
      assert.ok(newest === known || newest === known + 1, `${newest} requests after ${known}`);
      assert.ok(!acknowledged || newest === known + 1, "an acknowledged request is lost");
      known = newest;
      const checked = server.verify();
      assert.ok(checked.ok, checked.stderr);
      assert.equal(requestsThere(), known);
    }
    // It goes on, with a number that nobody has.
    await record(desk, { number: "刑捜第99号" });
    assert.equal(await desk.case.number(), known + 1);
    assert.ok(server.verify().ok);
    assert.ok(known > begun, "no request ever came through");
  }));
