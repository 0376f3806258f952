// The whole way: sealed on the command line, watched, returned, confirmed — on the command line and at the desk.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Browser, watch } from "./browser.mjs";
import { Office, page as html, run } from "./office.mjs";

let office, browser, first, second;
const receipts = {};

before(async () => {
  office = new Office();
  first = office.seal("first.fuin", office.sampleClip(4));
  second = office.seal("second.fuin", office.sampleClip(4));
  browser = await Browser.start();
});
after(async () => {
  office.remove();
  await browser.finish();
});

async function returned(bundle, kind) {
  const page = await browser.page(html);
  await watch(page, bundle.path, office.recipientPassphrase);
  await page.click("#finished");
  await page.check(`input[value=${kind}]`);
  await page.fill("#witness", "係長 立会次郎");
  await page.fill("#method", "USBメモリを返送");
  await page.click("#make-receipt");
  await page.waitForSelector("#receipt-code");
  const code = await page.textContent("#receipt-code");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#save-receipt")]);
  const file = office.path(`${bundle.bundle_id}.jws`);
  await download.saveAs(file);
  return { page, code, file, name: download.suggestedFilename() };
}

test("a return makes a file, a sheet and a code, and erases", async () => {
  const made = await returned(first, "return");
  assert.equal(made.name, `${first.bundle_id}-return.jws`);
  assert.match(made.code, /^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);
  const pdf = office.path("sheet.pdf");
  writeFileSync(pdf, await made.page.pdf({ format: "A4", printBackground: true }));
  const text = execFileSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });
  for (const word of ["返却・消去報告書", "発行課確認欄", first.bundle_id, made.code, "立会次郎", "決裁", "令和"]) {
    assert.ok(text.replaceAll(/\s/g, "").includes(word.replaceAll(/\s/g, "")), `${word} is not on the sheet`);
  }
  const pages = execFileSync("pdfinfo", [pdf], { encoding: "utf8" }).match(/Pages:\s+(\d+)/)[1];
  assert.equal(pages, "1", "the sheet is one page");
  receipts.first = made;
  await made.page.close();
});

test("the command line refuses it for another bundle, accepts it for its own, and only once", () => {
  const other = office.office("confirm", receipts.first.file, "--bundle", second.bundle_id);
  assert.equal(other.exit, 1);
  assert.equal(other.error.code, "receipt_other_bundle");
  const good = office.office("confirm", receipts.first.file);
  assert.equal(good.exit, 0, good.stderr);
  assert.equal(good.status, "returned");
  const again = office.office("confirm", receipts.first.file);
  assert.equal(again.error.code, "receipt_duplicate");
  // Refusals are in the ledger too.
  const shown = run("ledger", "show", "--office", office.path("office"));
  assert.equal(shown.disclosures.find((d) => d.sealed.bundle_id === second.bundle_id).refused, 1);
});

test("the desk takes the office over, imports its ledger, and confirms by code", async () => {
  const made = await returned(second, "erasure");
  await made.page.close();
  const exported = run("ledger", "export", "--office", office.path("office"), "--out", office.path("export.jsonl"));
  assert.ok(exported.ok, exported.stderr);
  const page = await browser.page(html, "#office");
  await page.setInputFiles("#pick-office-key", office.path("office/office.key"));
  await page.fill("#office-passphrase", "not the passphrase");
  await page.click("#office-unlock");
  await page.waitForSelector(".notice.stop");
  assert.match(await page.textContent(".notice.stop"), /課の合言葉が違います/);
  await page.fill("#office-passphrase", office.passphrase);
  await page.click("#office-unlock");
  await page.click("#nav-settings");
  await page.setInputFiles("#pick-ledger", office.path("export.jsonl"));
  await page.waitForSelector(".notice.good");
  const status = async (id) => {
    await page.click("#nav-ledger");
    const word = await page.textContent(`#ledger tr:has-text("${id}") .status`);
    await page.click("#nav-confirm");
    return word;
  };
  assert.equal(await status(first.bundle_id), "返却済");
  assert.equal(await status(second.bundle_id), "封印済");

  const type = async (bundle, code) => {
    await page.fill("#confirm-bundle", bundle);
    await page.fill("#confirm-code", code);
    await page.click("#confirm-check");
  };
  await type(first.bundle_id, made.code);
  await page.waitForSelector(".notice.stop");
  assert.match(await page.textContent(".notice.stop"), /この管理番号の報告番号ではありません/);
  await type(second.bundle_id, made.code.toLowerCase().replaceAll("-", " "));
  await page.waitForSelector(".notice.good");
  assert.match(await page.textContent(".notice.good"), /検証できました/);
  assert.equal(await status(second.bundle_id), "消去済");

  // The file says the same; the same report is one report.
  await page.setInputFiles("#pick-receipt", made.file);
  await page.waitForSelector(".notice.stop");
  assert.match(await page.textContent(".notice.stop"), /すでに記録されています/);

  await page.selectOption("#close-bundle", second.bundle_id);
  await page.fill("#medium-check", "USB-07 返却、破砕");
  await page.click("#close-case");
  await page.waitForSelector(".notice.good");
  assert.equal(await status(second.bundle_id), "完了");

  await page.click("#nav-settings");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-ledger")]);
  await download.saveAs(office.path("desk.jsonl"));
  await page.close();
});

test("the ledger survives a restart and goes back to the command line", async () => {
  await browser.reopen();
  const page = await browser.page(html, "#office");
  await page.click("#nav-ledger");
  assert.match(await page.textContent("#ledger"), /完了/);
  await page.close();
  const imported = run("ledger", "import", "--office", office.path("office"), office.path("desk.jsonl"));
  assert.ok(imported.ok, imported.stderr);
  const verified = run("ledger", "verify", "--office", office.path("office"));
  assert.ok(verified.ok, verified.stderr);
  const shown = run("ledger", "show", "--office", office.path("office"));
  assert.equal(shown.disclosures.find((d) => d.sealed.bundle_id === second.bundle_id).status, "closed");
});

test("a damaged ledger is found at the desk and not imported", () => Browser.use(async (fresh) => {
  const text = readFileSync(office.path("desk.jsonl"), "utf8").split("\n");
  const middle = text[2];
  text[2] = middle.slice(0, 900) + (middle[900] === "A" ? "B" : "A") + middle.slice(901);
  writeFileSync(office.path("damaged.jsonl"), text.join("\n"));
  const page = await fresh.page(html, "#office");
  await page.setInputFiles("#pick-office-key", office.path("office/office.key"));
  await page.fill("#office-passphrase", office.passphrase);
  await page.click("#office-unlock");
  await page.click("#nav-settings");
  await page.setInputFiles("#pick-ledger", office.path("damaged.jsonl"));
  await page.waitForSelector(".notice.stop");
  assert.match(await page.textContent(".notice.stop"), /記録簿の 3 行目が書き換えられています/);
  assert.match(await page.textContent("#event-count"), /0 件/);
}));

test("an office founded in the browser is one for the command line too", () => Browser.use(async (fresh) => {
  const page = await fresh.page(html, "#office");
  await page.fill("#office-name", "旭川市交通防犯課");
  await page.fill("#office-contact", "0166-00-0000");
  await page.selectOption("#office-rules", "asahikawa");
  await page.fill("#office-new-passphrase", "browser office passphrase");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#office-found")]);
  await download.saveAs(office.path("browser-office.key"));
  await page.click("#nav-settings");
  assert.match(await page.textContent("#event-count"), /1 件/);
  const key = JSON.parse(readFileSync(office.path("browser-office.key"), "utf8"));
  assert.equal(key.format, "fuin-office-key/1");
}));

test("the page is one small file, and works over http as well", async () => {
  assert.ok(statSync(html).size < 3e6, `${statSync(html).size} bytes`);
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/fuin.html" ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(request.url === "/fuin.html" ? readFileSync(html) : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  await Browser.use(async (fresh) => {
    const page = await fresh.page(`http://127.0.0.1:${server.address().port}/fuin.html`);
    await watch(page, first.path, office.recipientPassphrase);
  });
  server.close();
});

test("secrets are in no output of the command line", () => {
  const outputs = [
    office.office("confirm", receipts.first.file),
    run("verify", first.path, "--recipient-passphrase-file", office.path("office.txt")),
    run("inspect", first.path),
  ];
  for (const { raw, stderr } of outputs) {
    for (const secret of [office.passphrase, office.recipientPassphrase]) assert.ok(!(raw + stderr).includes(secret));
  }
});
