// 情報システム: whoever runs the server sees how it is, lets offices begin, and reads nothing of them.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { record } from "./journeys.mjs";
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
  assert.match(await state.runs(), /^版 \d+\.\d+\.\d+　令和.+から動いています　サインイン中 1件$/);
  assert.deepEqual(await state.offices(), []);
  // Nobody stays without a name.
  await state.invitesFounder("", "");
  await state.says("#founder-name-wrong", "氏名を入力してください");
  await state.says("#operator-password-wrong", "自分のパスワードを入力してください");
  const word = await state.invitesFounder(decider, password);
  await accessible(state, "the state of the server");
  assert.deepEqual((await state.accounts()).map((line) => /情報システム|課を開く人/.exec(line)[0]).sort(), ["情報システム", "課を開く人"].sort());
  const desk = await founds(other, word, server);
  await state.untilOfficeSays("港区防災課");
  const [line] = await state.offices();
  assert.match(line, /記録簿 \d+ 行（最後の記録 令和/);
  assert.match(line, /書類・映像 0 件　0\.00 GiB（1024\.00 GiB まで）/);
  // Who founded an office belongs to it.
  await state.hasAccounts(1);
  await record(desk, { number: "刑捜第1号" });
  const lines = server.keeps().ledger.trim().split("\n").length;
  await state.untilOfficeSays(`記録簿 ${lines} 行`);
  assert.doesNotMatch(await state.all(), /刑捜|見本警察署/);
  await state.invitesFounder("退職 予定", password);
  await state.closes("退職 予定", password);
  await state.signOut();
  await state.asksToSignIn();
}));
