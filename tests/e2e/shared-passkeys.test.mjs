// A passkey at the server: registered by somebody who signed in with a password, and then enough by itself.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { hasDevice } from "./authenticator.mjs";
import { Browser } from "./browser.mjs";
import { Server } from "./server.mjs";
import { decider, founds, password } from "./shared-journeys.mjs";

test("whoever registered a passkey signs in with it, and with nothing once it was removed", () => Browser.use(async (browser) => {
  const server = new Server("localhost");
  after(() => server.remove());
  await server.start();
  const desk = await founds(browser, server.invite(decider), server);
  await hasDevice(desk);
  await desk.goTo("settings");
  assert.match(await desk.passkeys(), /0 個/);
  await desk.addPasskey("何か別のパスワード");
  await desk.stopped("パスワード");
  await desk.addPasskey(password);
  await desk.told("パスキーを登録しました");
  assert.match(await desk.passkeys(), /1 個/);
  await accessible(desk, "passkeys");
  await desk.signOut();
  await desk.signInByPasskey();
  assert.match(await desk.isSignedIn(), new RegExp(decider));
  await desk.goTo("settings");
  await desk.removePasskeys();
  assert.match(await desk.passkeys(), /0 個/);
  await desk.signOut();
  await desk.signInByPasskey();
  await desk.stopped("パスキー");
  assert.ok(!server.log.includes(decider), "no name in the log");
}));
