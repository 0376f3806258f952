// What whoever runs a server sees of it.
import { SharedDesk } from "./shared.mjs";

const at = {
  runs: "#server-runs",
  lookAgain: "#look-again",
  offices: "#offices",
  office: "#offices li",
  accounts: "#founders ul.work",
  account: "#founders ul.work li",
  founderName: "#founder-name",
  password: "#operator-password",
  inviteFounder: "#invite-founder-now",
  close: ".close-account",
};

export class ServerState extends SharedDesk {
  /** The server's version, and since when it runs. */
  async runs() {
    await this.page.waitForSelector(at.runs);
    await this.page.waitForFunction((runs) => document.querySelector(runs).textContent !== "", at.runs);
    return this.page.textContent(at.runs);
  }

  /** All that is on the page. */
  all() {
    return this.page.textContent("#app");
  }

  offices() {
    return this.texts(at.office);
  }

  accounts() {
    return this.texts(at.account);
  }

  /** Looks again until an office is said to have something. */
  async untilOfficeSays(words) {
    await this.page.click(at.lookAgain);
    await this.says(at.offices, words);
  }

  /** Gives out a word for somebody who will found an office; nothing without a name and a password. */
  async invitesFounder(name, password) {
    await this.page.fill(at.founderName, name);
    await this.page.fill(at.password, password);
    await this.page.click(at.inviteFounder);
    return name && password ? this.wordFor(name) : "";
  }

  async closes(name, password) {
    await this.page.fill(at.password, password);
    await this.page.click(`${at.account}:has-text("${name}") ${at.close}`);
    await this.says(at.accounts, "サインインできない");
  }

  /** Waits until so many people are without an office. */
  hasAccounts(count) {
    return this.has(at.account, count);
  }
}
