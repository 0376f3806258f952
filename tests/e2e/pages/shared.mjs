// A desk whose ledger is shared with others by a server: signing in, people, desks, and who works on what.
import { Desk } from "./desk.mjs";

const at = {
  name: "#sign-in-name",
  password: "#sign-in-password",
  signIn: "#sign-in-now",
  invited: "#invited summary",
  word: "#invited-word",
  newPassword: "#invited-password",
  newPasswordAgain: "#invited-password-again",
  accept: "#accept-invitation",
  signedIn: "#signed-in",
  signOut: "#sign-out",
  away: "#server-away",
  tryAgain: "#try-again",
  readCopy: "#read-copy",
  waits: "#desk-waits",
  ownWords: "#desk-waits .words",
  addPerson: "summary:has-text('担当者を加える')",
  personName: "#person-name",
  savePerson: "#save-person",
  invitedWords: "#invited-words",
  people: "#people ul.work li",
  waiting: ".waiting-desk",
  waitingWords: ".waiting-desk .words",
  waitingName: "#waiting-name",
  approve: ".approve-desk",
  enrolled: "#enrolled li",
  strike: "#enrolled summary",
  strikeNow: ".strike-desk",
  claim: "#claim",
  claimIt: "#claim-it",
  waitsForDecision: "#waits-for-decision",
  decision: "#decision",
  toReview: "#to-review li",
  giveBack: "#give-back-now",
};

export class SharedDesk extends Desk {
  static async at(browser, address) {
    browser.server = address;
    const desk = new this(await browser.page(address, "#office"));
    await desk.saveAsDownloads();
    return desk;
  }

  async signIn(name, password) {
    await this.page.fill(at.name, name);
    await this.page.fill(at.password, password);
    await this.page.click(at.signIn);
  }

  async accept(word, password) {
    await this.page.click(at.invited);
    await this.page.fill(at.word, word);
    await this.page.fill(at.newPassword, password);
    await this.page.fill(at.newPasswordAgain, password);
    await this.page.click(at.accept);
    await this.isSignedIn();
  }

  /** How many passkeys there are, in words. */
  async passkeys() {
    return this.page.textContent("#passkey-count");
  }

  /** Registers a passkey; the password is asked for once more. */
  async addPasskey(password) {
    await this.page.fill("#passkey-password", password);
    await this.page.click("#add-passkey");
  }

  async removePasskeys() {
    await this.page.click("#remove-passkeys");
    await this.hasNo("#remove-passkeys");
  }

  signInByPasskey() {
    return this.page.click("#sign-in-passkey");
  }

  async isSignedIn() {
    await this.page.waitForSelector(at.signedIn);
    return this.page.textContent(at.signedIn);
  }

  asksToSignIn() {
    return this.page.waitForSelector(at.signIn);
  }

  signOut() {
    return this.page.click(at.signOut);
  }

  isAway() {
    return this.page.waitForSelector(at.away);
  }

  tryAgain() {
    return this.page.click(at.tryAgain);
  }

  readCopy() {
    return this.page.click(at.readCopy);
  }

  /** The words of a desk that waits to be enrolled. */
  async waitsForApproval() {
    await this.page.waitForSelector(at.ownWords);
    return this.page.textContent(at.ownWords);
  }

  isApproved() {
    return this.hasNo(at.waits);
  }

  /** Adds somebody; gives the word by which he signs in first. */
  async addPerson(name, ...roles) {
    await this.goTo("settings");
    await this.page.click(at.addPerson);
    await this.page.fill(at.personName, name);
    for (const role of roles) await this.page.check(`#role-${role}`);
    await this.page.click(at.savePerson);
    return this.wordFor(name);
  }

  /** The word that is shown for somebody who was invited. */
  async wordFor(name) {
    await this.says(at.invitedWords, name);
    return (await this.page.textContent(at.invitedWords)).match(/[0-9A-Z]{4}(-[0-9A-Z]{4}){3}/)[0];
  }

  people() {
    return this.texts(at.people);
  }

  /** Approves the desk that waits, whose words are these. */
  async approve(words, name) {
    await this.goTo("settings");
    await this.says(at.waitingWords, words);
    await this.page.fill(at.waitingName, name);
    await this.page.click(at.approve);
    await this.hasNo(at.waiting);
  }

  desks() {
    return this.texts(at.enrolled);
  }

  /** Strikes off the first desk that may be struck off. */
  async strikeOff(reason) {
    await this.goTo("settings");
    await this.page.click(at.strike);
    await this.page.fill(`${at.enrolled} input`, reason);
    await this.page.click(at.strikeNow);
  }

  /** Saves the ledger of a desk that went another way at `path`; gives the path. */
  async handOutParted(path) {
    await this.handOut("#hand-out-ledger", path);
    return path;
  }

  /** Has a desk that went another way ask the server again. */
  connectAgain() {
    return this.page.click("#connect-again");
  }

  hasToReview(count) {
    return this.has(at.toReview, count);
  }

  async openRequest(number) {
    await this.goTo("today");
    await this.page.click(`${at.toReview} button:has-text('第${number}号')`);
    await this.case.isInReview();
  }

  async claim() {
    await this.page.click(at.claimIt);
    await this.hasNo(at.claimIt);
  }

  claimed(name) {
    return this.says(at.claim, name);
  }

  /** Waits until it is said that somebody else decides. */
  waitsForDecision(words) {
    return this.says(at.waitsForDecision, words);
  }

  giveBack() {
    return this.page.click(at.giveBack);
  }
}
