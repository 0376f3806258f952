// 情報システム: whoever runs the server sees how it is, lets offices begin, and reads nothing of them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { ServerState } from "./pages/server-state.mjs";
import { Server } from "./server.mjs";
import { decider, founds, password, two } from "./shared-journeys.mjs";

const server = new Server();
after(() => server.remove());
const operator = "情報 四郎";

test("whoever runs the server sees its state, lets an office begin, and sees nothing of what is recorded", () => two(async (one, other) => {
  await server.start();
  const state = await ServerState.at(one, server.address);
  await state.accept(server.invite(operator, "--operator"), password);
  assert.match(await state.runs(), /^版 \d+\.\d+\.\d+　令和.+から動いています　サインイン中 1人$/);
  assert.deepEqual(await state.offices(), []);
  // Nobody stays without a name.
  await state.invitesFounder("");
  await state.says("#founder-name-wrong", "氏名を入力してください");
  const word = await state.invitesFounder(decider);
  await accessible(state, "the state of the server");
  assert.deepEqual((await state.accounts()).map((line) => /情報システム|課を開く人/.exec(line)[0]).sort(), ["情報システム", "課を開く人"].sort());
  const desk = await founds(other, word, server);
  await state.untilOfficeSays("港区防災課");
  const [line] = await state.offices();
  assert.match(line, /記録簿 \d+ 行（最後の記録 令和/);
  assert.match(line, /書類・映像 0 件　0\.00 GB（1099\.51 GB まで）/);
  // Who founded an office belongs to it.
  assert.equal((await state.accounts()).length, 1);
  await desk.goTo("settings");
  const leaver = await state.invitesFounder("退職 予定");
  assert.equal(leaver.length, 19);
  await state.closes("退職 予定");
  await state.signOut();
  await state.asksToSignIn();
}));
