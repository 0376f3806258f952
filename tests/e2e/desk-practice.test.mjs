// Practice at the desk: it has everything, and touches nothing real.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { found, passphrase, record } from "./journeys.mjs";
import { Office } from "./office.mjs";
import { Desk } from "./pages/desk.mjs";

const office = new Office();
after(() => office.remove());

test("practice has everything, is marked everywhere, never mixes with real data, and is thrown away", () =>
  Browser.use(async (browser) => {
    const real = await found(browser, "tajimi");
    await record(real, { number: "本番" });
    const desk = await Desk.open(browser, { practice: true });
    await desk.isPractice();
    await desk.practise();
    await desk.hasSomethingOverdue();
    assert.equal(await desk.toSealCount(), 1);
    assert.equal(await desk.overdueCount(), 1);
    await accessible(desk, "practice");
    await desk.goTo("forms");
    await desk.papers.print("midori-2", ["練習", "様式第2号"], { landscape: true });
    await desk.goTo("ledger");
    assert.equal(await desk.register.rows(), 4);
    assert.ok(!(await desk.register.text()).includes("本番"));
    await real.toFront();
    await real.reopen(passphrase);
    await real.goTo("ledger");
    assert.equal(await real.register.rows(), 1);
    assert.equal(await real.practiceCount(), 0);
    await desk.toFront();
    await desk.throwPracticeAway();
    await desk.offersPractice();
    // The way back is a new page of the real desk.
    await desk.leavePractice();
    await desk.enter(passphrase);
    await desk.goTo("ledger");
    assert.equal(await desk.register.rows(), 1);
  }));
