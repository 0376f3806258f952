// Ways that tests of a shared ledger go: the first PC founds the office at the server, another one joins.
import { passphrase } from "./journeys.mjs";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { SharedDesk } from "./pages/shared.mjs";

export const password = "とても長いパスワード一番";
export const decider = "課長 見本花子";
export const clerk = "係長 見本太郎";

/** Runs work with two browsers, each with a profile of its own: two PCs. */
export const two = (work) => Browser.use((first) => Browser.use((second) => work(first, second)));

/** The first PC founds the office. */
export async function founds(browser, word, server) {
  const desk = await SharedDesk.at(browser, server.address);
  await accessible(desk, "sign in");
  await desk.accept(word, password);
  await desk.describeOffice({ name: "港区防災課", contact: "03-0000-0000", passphrase });
  await desk.chooseRules("minato");
  await desk.found(server.path("office.key"));
  await desk.isOpen();
  return desk;
}
