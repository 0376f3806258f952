// Proof from outside: the certification of the office's key and the time stamp of a bundle, checked in the viewer with
// certificates that a person chooses; a stamped report at the desk.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { accessible } from "./accessibility.mjs";
import { Browser } from "./browser.mjs";
import { takeOver } from "./journeys.mjs";
import { Office, root, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

const office = new Office();
after(() => office.remove());
const authority = office.path("authority");
mkdirSync(authority);
execFileSync(join(root, "tests/authority.sh"), ["rsa", authority]);
const from = (name) => join(authority, name);
const ours = ["--office", office.path("office"), "--passphrase-file", office.path("office.txt")];
const recipient = ["--recipient-passphrase-file", office.path("recipient.txt")];

function done(...args) {
  const said = run(...args);
  assert.ok(said.ok, said.stderr);
  return said;
}

/** What the time-stamping authority answers for a file. */
function stamp(file, name, ...unlock) {
  const [query, reply] = [office.path(`${name}.tsq`), office.path(`${name}.tsr`)];
  done("stamp", "query", file, "--out", query, ...unlock);
  execFileSync("openssl", ["ts", "-reply", "-config", "tsa.cnf", "-signer", "tsa.pem", "-inkey", "tsa.key",
    "-queryfile", query, "-out", reply], { cwd: authority, stdio: "ignore" });
  return reply;
}

done("office", "certify", "prepare", "--office", office.path("office"), "--certificate", from("chain.pem"),
  "--out", office.path("to-sign"));
execFileSync("openssl", ["dgst", "-sha256", "-sign", from("office.key"), "-out", office.path("signature"),
  office.path("to-sign")]);
done("office", "certify", "record", ...ours, "--signed", office.path("to-sign"), "--signature", office.path("signature"),
  "--revocation", from("root.crl"));
const clip = office.sampleClip(8);
const sealed = office.seal("stamped.fuin", clip);
done("stamp", "bundle", sealed.path, stamp(sealed.path, "bundle", ...recipient), ...recipient);

test("nothing is known before a root is chosen, and then it is", () => Browser.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  await viewer.openBundle(sealed.path, office.recipientPassphrase);
  await viewer.verdict();
  const said = await viewer.outside();
  assert.match(said, /例示市長（発行者 試験 組織認証局）のものと書かれています。まだ確かめていません/);
  assert.match(said, /試験 時刻認証局によると書かれています。まだ確かめていません/);

  const root = from("root.pem");
  await viewer.checkKeyWith([from("foreign.pem")], /×鍵の証明：.*署名が正しくありません/);
  await viewer.checkTimeWith([from("mid.pem")], /×時刻認証：.*つながりません/);
  // The list of the organisation's authority is not in the bundle: whether the certificate was revoked is not known.
  await viewer.checkKeyWith([root], /△鍵の証明：例示市長 ← 試験 組織認証局 ← 試験 ルート認証局。.*提供元が書いた時刻.*例示市長が失効/);
  await viewer.checkKeyWith([root, from("clean.crl")], /○鍵の証明.*提供元が書いた時刻.*失効していませんでした/);
  await viewer.checkTimeWith([root], /△時刻認証：令和.*試験 時刻認証局が証明しています/);
  await viewer.checkTimeWith([root, from("root.crl")], /○時刻認証：令和.*試験 時刻認証局が証明しています/);
  await viewer.checkKeyWith([root, from("clean.crl")], /○鍵の証明.*時刻認証の時刻.*失効していませんでした/);
  await viewer.checkKeyWith([clip], /×鍵の証明：証明書・失効の一覧・時刻認証の形をしていません/);
  await accessible(viewer, "proof from outside");
}));

test("a bundle without any says nothing of it", () => Browser.use(async (browser) => {
  const plain = new Office();
  try {
    const viewer = await Viewer.open(browser);
    await viewer.openBundle(plain.seal("plain.fuin", plain.sampleClip(8)).path, plain.recipientPassphrase);
    await viewer.verdict();
    assert.equal(await viewer.outside(), null);
  } finally {
    plain.remove();
  }
}));

test("a stamped report is shown so on its case", () => Browser.use(async (browser) => {
  const receipt = office.path("return.jws");
  done("receipt", sealed.path, ...recipient, "--kind", "return", "--reporter", "例示花子", "--out", receipt);
  done("confirm", ...ours, receipt);
  done("stamp", "receipt", receipt, stamp(receipt, "receipt"), ...ours);
  const exported = office.path("exported.jsonl");
  done("ledger", "export", "--office", office.path("office"), "--out", exported);
  const desk = await takeOver(browser, office);
  await desk.goTo("settings");
  await desk.settings.importLedger(exported);
  await desk.told("読み込みました");
  await desk.goTo("ledger");
  await desk.register.openFirst();
  assert.match((await desk.case.timeline()).join(), /報告に時刻認証を付けた/);
  assert.match(await desk.text(), /時刻認証：令和.*（試験 時刻認証局。誰の証明かは未確認/);
}));
