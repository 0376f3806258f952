// What the desk takes from outside and keeps outside: a request from the recipient's own viewer, scans, an own rule file, the mirror
// in a folder, a bundle written into a stream, a symbol held before the camera, a good backup after damage; and one office's life
// through the desk and the command line by turns.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { Browser, firstPicture, pick, stopCode, watch } from "./browser.mjs";
import { accessible, clerk, fill, good, passphrase, request, review } from "./desk.mjs";
import { Office, page as html, run } from "./office.mjs";
import { due, footage, today, wareki, written } from "./dates.mjs";

let office, server, hosted;
before(async () => {
  office = new Office();
  // Over http the browser has folders of its own, which take the place of the ones that nobody is there to choose.
  server = createServer((request, response) => {
    const found = request.url.startsWith("/fuin.html");
    response.writeHead(found ? 200 : 404, { "content-type": "text/html; charset=utf-8" });
    response.end(found ? readFileSync(html) : "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  hosted = `http://127.0.0.1:${server.address().port}/fuin.html`;
});
after(() => {
  server.close();
  office.remove();
});

const path = (name) => office.path(name);
const { found, seal, print, paper, returned } = clerk(path);

/** Saves what a click hands out. */
async function saved(page, click, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(click)]);
  await download.saveAs(path(name ?? download.suggestedFilename()));
  return path(name ?? download.suggestedFilename());
}

const told = (page, words) => page.waitForFunction((words) => document.querySelector(".notice.good")?.textContent.includes(words), words);
const stopped = (page, words) => page.waitForFunction((words) => document.querySelector(".notice.stop")?.textContent.includes(words), words);

test("the recipient writes request and undertaking; the office reads, reviews and seals for that device; it opens there without a passphrase", () =>
  Browser.use(async (browser) => {
    const viewer = await browser.page(html);
    await viewer.click("#to-request");
    await viewer.selectOption("#ask-city", { value: "minato" });
    await accessible(viewer, "request");
    await fill(viewer, {
      organization: "見本警察署", department: "刑事課", address: "東京都港区見本1-1", representative: "署長 見本一郎", person: "巡査部長 例示花子",
      phone: "０３-0000-0000", "document-number": "港刑第７号", "document-date": written, purpose: "窃盗被疑事件の捜査",
      "camera-0": "正面出入口 1番", "from-0": `${footage}T21:00`, "to-0": `${footage}T21:30`, due,
    });
    // 港区 8条3項 asks for the promise: without it there is no file.
    await viewer.click("#make-request");
    await stopped(viewer, "守ります");
    await viewer.check("#ask-promise");
    await fill(viewer, { "ask-signed-by": "署長 見本一郎", "ask-onward": "東京地方検察庁" });
    const file = await saved(viewer, "#make-request");
    const number = (await viewer.textContent("#ask-done")).match(/短い番号 ((?:[0-9a-f]{4}-){4}[0-9a-f]{4})/)[1];
    const printed = await print(viewer, "ask");
    assert.equal(printed.pages, 2, "application and undertaking, a page each");
    for (const word of ["防犯カメラ画像提供申請書", "誓約書", "第三者に無断で提供しないこと", "午後9時30分", "港刑第７号", number, "印"]) {
      assert.ok(printed.text.includes(word), `${word} is not on the sheets: ${printed.text.slice(0, 600)}`);
    }
    // The command line takes the same file.
    const recorded = run("record", "--office", path("office"), "--passphrase-file", path("office.txt"), "request", file);
    assert.ok(recorded.ok, recorded.stderr);

    const page = await found(browser, "minato");
    await page.click("#nav-request");
    await page.setInputFiles("#pick-request", file);
    await page.waitForSelector("#request-origin");
    assert.ok((await page.textContent("#request-origin")).includes(number));
    assert.equal(await page.inputValue("#purpose"), "窃盗被疑事件の捜査");
    assert.equal(await page.inputValue("#from-0"), `${footage}T21:00`);
    const scan = path("照会書.pdf");
    writeFileSync(scan, "%PDF-1.4 a scan");
    await page.setInputFiles("#pick-scans", scan);
    await page.waitForFunction(() => document.querySelectorAll("#attached li").length === 2);
    await accessible(page, "O2 from a file");
    await page.fill("#received", today);
    await page.click("#record-request");
    await page.waitForSelector("#review-form");
    // The promise came along; what only the office can answer is still open.
    assert.equal(await page.inputValue("#undertaking-by"), "署長 見本一郎");
    const findings = await review(page, {});
    assert.ok(findings.before.every((text) => text.includes("8条2項")), findings.before.join());
    assert.deepEqual(findings.after, []);
    const kept = await saved(page, "#case-attachments li:nth-child(2) .save-attachment", "scan-again.pdf");
    assert.equal(readFileSync(kept, "utf8"), "%PDF-1.4 a scan");
    await page.fill("#decided-by", "防災課長");
    await page.click("#grant");
    // A key out of a file is a wish; the office grants it after its call-back.
    assert.equal(await page.isChecked("#for-device"), false);
    await page.check("#for-device");
    const { bundle, words } = await seal(page, office.sampleClip(4));
    await paper(page, "paper-undertaking", [wareki(today).split("年")[0], "署長見本一郎", "東京地方検察庁"]);
    writeFileSync(path("words.txt"), `${words}\n`);
    assert.ok(run("verify", bundle, "--recipient-passphrase-file", path("words.txt")).ok);

    await viewer.bringToFront();
    await viewer.reload();
    await pick(viewer, bundle);
    await viewer.click("#unlock-device");
    await viewer.click("#to-undertaking");
    await viewer.fill("#viewer-name", "巡査部長 例示花子");
    await viewer.click("#begin");
    await firstPicture(viewer);
    await accessible(viewer, "player");

    // Promises in other words than the city's are none; a file that was taken away says nothing any more.
    await page.bringToFront();
    await page.click("#nav-request");
    await viewer.bringToFront();
    await viewer.reload();
    writeFileSync(path("other.toml"), run("rules", "show", "minato", "--toml").toml.replace("適正に管理すること", "ほどほどに管理すること"));
    await viewer.click("#to-request");
    await viewer.setInputFiles("#ask-rules", path("other.toml"));
    await viewer.waitForFunction(() => document.querySelector("#ask-form").textContent.includes("ほどほどに"));
    await fill(viewer, {
      organization: "見本警察署", person: "例示花子", purpose: "捜査", "camera-0": "1番", "from-0": `${footage}T21:00`, "to-0": `${footage}T21:30`, due, "ask-signed-by": "署長",
    });
    await viewer.check("#ask-promise");
    const other = await saved(viewer, "#make-request", "other.jws");
    await page.bringToFront();
    await page.setInputFiles("#pick-request", other);
    await page.waitForSelector("#request-origin");
    assert.match(await page.textContent("section[aria-labelledby=from-file-title]"), /誓約書は出ていないものとして扱います/);
    await page.click("#attached button");
    await page.waitForSelector("#request-origin", { state: "detached" });
    // A file that is taken away takes its promise with it.
    await page.setInputFiles("#pick-request", file);
    await page.waitForSelector("#request-origin");
    await page.click("#attached button");
    await page.waitForSelector("#request-origin", { state: "detached" });
    await page.fill("#received", today);
    await page.click("#record-request");
    await page.waitForSelector("#review-form");
    assert.equal(await page.inputValue("#undertaking-by"), "");
    assert.ok((await page.textContent("#findings")).includes("8条3項"));
    await page.click("#nav-request");

    // An altered file is refused.
    const text = readFileSync(file, "utf8");
    writeFileSync(path("altered.jws"), text.slice(0, 900) + (text[900] === "A" ? "B" : "A") + text.slice(901));
    await page.bringToFront();
    await page.click("#nav-request");
    await page.setInputFiles("#pick-request", path("altered.jws"));
    await page.waitForSelector(".notice.stop");
    assert.equal(await page.locator("#request-origin").count(), 0);
  }));

test("footage that was only watched at the office has its day in the register, and is counted", () =>
  Browser.use(async (browser) => {
    const page = await found(browser, "midori");
    await page.click("#nav-request");
    await page.selectOption("#method", { label: "画像閲覧" });
    await request(page, { ground: "investigation", basis: "CCP_197_2", stay: true });
    await review(page, {});
    await page.fill("#decided-by", "危機管理課長");
    await page.click("#grant");
    await page.waitForSelector("#provide-form");
    assert.equal(await page.locator("#seal-form").count(), 0, "nothing is sealed for who only watches");
    await fill(page, { "provide-on": `${today}T00:00`, "provide-place": "" });
    await page.click("#provide");
    await page.waitForSelector("#provide-form .notice.stop");
    await page.fill("#provide-place", "庁舎3階、係長立会");
    await page.click("#provide");
    await told(page, "閲覧等による提供を記録しました");
    assert.equal(await page.textContent("#case-state"), "閲覧等で提供済");
    await page.click("#nav-forms");
    await paper(page, "paper-midori-2", [wareki(today), "☑画像閲覧", "☐データ提供"], { landscape: true });
    await paper(page, "paper-yearly", ["提供（封印）0件", "閲覧等の提供1件"]);
  }));

test("an office may bring its own rules, and revise them", () =>
  Browser.use(async (browser) => {
    const text = run("rules", "show", "minato", "--toml").toml;
    writeFileSync(path("own.toml"), text.replace('id = "minato"', 'id = "mihon"').replace('name = "港区"', 'name = "見本市"').replace("必要性の審査", "見本市の必要性審査"));
    writeFileSync(path("bad.toml"), text.replace("required = true", "required = 1"));
    const page = await browser.page(html, "#office");
    await fill(page, { "office-name": "見本市防災課", "office-contact": "03", "office-new-passphrase": passphrase });
    await page.setInputFiles("#pick-rules", path("bad.toml"));
    await stopped(page, "規程ファイルとして読めません");
    await page.setInputFiles("#pick-rules", path("own.toml"));
    await page.waitForFunction(() => document.querySelector("#own-rules").textContent.includes("見本市"));
    await saved(page, "#office-found", "own.key");
    await told(page, "登録しました");
    await request(page, { ground: "investigation", basis: "CCP_197_2" });
    assert.ok((await page.textContent("#review-form")).includes("見本市の必要性審査"));
    // It survives a restart, and is told to whoever takes the office over.
    await browser.reopen();
    const again = await browser.page(html, "#office");
    await again.click("#nav-settings");
    assert.ok((await again.textContent("main")).includes("見本市"));
    writeFileSync(path("revised.toml"), readFileSync(path("own.toml"), "utf8").replace("見本市の必要性審査", "改正後の必要性審査"));
    await again.setInputFiles("#adopt-rules", path("revised.toml"));
    await told(again, "規程を改めました");
    await again.click("#nav-ledger");
    await again.click(".open-case");
    assert.ok((await again.textContent("#review-form")).includes("改正後の必要性審査"));
    await again.click("#nav-settings");
    const ledger = await saved(again, "#export-ledger", "own.jsonl");
    const other = await Browser.start();
    const page2 = await other.page(html, "#office");
    await page2.setInputFiles("#pick-office-key", path("own.key"));
    await page2.fill("#office-passphrase", passphrase);
    await page2.click("#office-unlock");
    await page2.waitForSelector("#pick-ledger", { state: "attached" });
    await page2.setInputFiles("#pick-ledger", ledger);
    await told(page2, "読み込みました");
    await page2.click("#nav-ledger");
    await page2.click(".open-case");
    assert.ok((await page2.textContent("#review-form")).includes("改正後の必要性審査"));
    await other.finish();
  }));

test("the mirror has every line at once, goes on after a restart, is a folder for the command line, and never overwrites another ledger", () =>
  Browser.use(async (browser) => {
    const inFolder = (page, work) => page.evaluate(`(async () => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle("mirror", { create: true });
      const read = async (name, from = folder) => { try { return await (await (await from.getFileHandle(name)).getFile()).text(); } catch { return null; } };
      const write = async (name, text) => { const out = await (await folder.getFileHandle(name, { create: true })).createWritable(); await out.write(text); await out.close(); };
      ${work}
    })()`);
    const stub = (page) => page.evaluate(() => {
      window.showSaveFilePicker = undefined;
      window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("mirror", { create: true });
    });
    const state = (page, words) => page.waitForFunction((words) => document.querySelector("#mirror-state")?.textContent.includes(words), words);
    const page = await browser.page(hosted, "#office");
    await stub(page);
    await fill(page, { "office-name": "多治見の自治会", "office-contact": "0572", "office-new-passphrase": passphrase });
    await page.selectOption("#office-rules", { value: "tajimi" });
    await saved(page, "#office-found", "mirror.key");
    await page.waitForSelector("#nav-today");
    await page.click("#nav-settings");
    await state(page, "選ばれていません");
    await page.click("#choose-mirror");
    await state(page, "最新の写し");
    writeFileSync(path("scan.pdf"), "%PDF-1.4 mirrored");
    await page.click("#nav-request");
    await page.setInputFiles("#pick-scans", path("scan.pdf"));
    await page.waitForSelector("#attached li");
    await request(page, { ground: "investigation", basis: "CCP_197_2", stay: true });
    await page.click("#nav-settings");
    await state(page, "最新の写し");
    const copy = await inFolder(page, `
      const attachments = await folder.getDirectoryHandle("attachments");
      const names = []; for await (const name of attachments.keys()) names.push(name);
      return { ledger: await read("ledger.jsonl"), head: await read("ledger.head"), card: await read("office-card.jws"), names, scan: await read(names[0], attachments) };`);
    assert.equal(copy.ledger.trim().split("\n").length, 2);
    assert.deepEqual([copy.names.length, copy.scan], [1, "%PDF-1.4 mirrored"]);
    // The same files are an office's folder.
    mkdirSync(path("mirrored"), { recursive: true });
    for (const [name, text] of [["ledger.jsonl", copy.ledger], ["ledger.head", copy.head], ["office-card.jws", copy.card]]) writeFileSync(path(`mirrored/${name}`), text);
    const verified = run("ledger", "verify", "--office", path("mirrored"));
    assert.ok(verified.ok, verified.stderr);
    assert.equal(verified.events, 2);
    // On another PC the office takes its keys over, and the mirror's two files bring the rest.
    const elsewhere = await Browser.start();
    const page2 = await elsewhere.page(html, "#office");
    await page2.setInputFiles("#pick-office-key", path("mirror.key"));
    await page2.fill("#office-passphrase", passphrase);
    await page2.click("#office-unlock");
    await page2.waitForSelector("#pick-ledger", { state: "attached" });
    await page2.setInputFiles("#pick-ledger", [path("mirrored/ledger.head"), path("mirrored/ledger.jsonl")]);
    await told(page2, "2 件の記録を読み込みました");
    await page2.click("#nav-ledger");
    await page2.click(".open-case");
    await page2.click(".save-attachment");
    await stopped(page2, "中身がこの端末にありません");
    writeFileSync(path("mirrored/document"), copy.scan);
    await page2.click("#nav-settings");
    await page2.setInputFiles("#pick-documents", [path("mirrored/document"), path("mirrored/ledger.head")]);
    await told(page2, "1 件を取り込みました。記録簿にないもの：1 件");
    await elsewhere.finish();
    // After a restart it goes on.
    await page.reload();
    await page.waitForSelector("#nav-today");
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "二" });
    await page.click("#nav-settings");
    await state(page, "最新の写し");
    assert.equal((await inFolder(page, `return await read("ledger.jsonl");`)).trim().split("\n").length, 3);
    // Somebody else's ledger in the folder stays what it is.
    await inFolder(page, `await write("ledger.jsonl", "another\\n");`);
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "三" });
    await page.click("#nav-settings");
    await state(page, "別の記録簿がある");
    assert.equal(await inFolder(page, `return await read("ledger.jsonl");`), "another\n");
    // Nor is a longer one overwritten.
    const whole = readFileSync(await saved(page, "#export-ledger", "mirror.jsonl"), "utf8").trim().split("\n").slice(0, -1);
    const longer = `${whole.join("\n")}\n${whole[1]}\n`;
    await inFolder(page, `await write("ledger.jsonl", ${JSON.stringify(longer)});`);
    await page.reload();
    await page.waitForSelector("#nav-settings");
    await page.click("#nav-settings");
    await state(page, "新しいため");
    // Nor is anything recorded that would fork from it.
    await page.click("#save-roles");
    await stopped(page, "フォルダーの記録簿のほうが新しい");
    assert.equal(await inFolder(page, `return await read("ledger.jsonl");`), longer);
  }));

test("a bundle goes straight into the file that was chosen; called off, no file has anything in it", () =>
  Browser.use(async (browser) => {
    const page = await browser.page(hosted, "#office");
    await page.evaluate(() => {
      window.chosen = [];
      window.showSaveFilePicker = async ({ suggestedName }) => {
        window.chosen.push(suggestedName);
        return (await navigator.storage.getDirectory()).getFileHandle(suggestedName, { create: true });
      };
    });
    await fill(page, { "office-name": "多治見の自治会", "office-contact": "0572", "office-new-passphrase": passphrase });
    await page.selectOption("#office-rules", { value: "tajimi" });
    await saved(page, "#office-found", "stream.key");
    await page.waitForSelector("#nav-today");
    await request(page, { ground: "investigation", basis: "CCP_197_2" });
    await page.fill("#decided-by", "管理責任者");
    await page.click("#grant");
    const big = path("big.mp4");
    execFileSync("bash", ["-c", `cp "$1" "$2" && truncate -s 400M "$2"`, "-", office.sampleClip(4), big]);
    const inFile = (name) => page.evaluate(async (name) => {
      const file = await (await (await navigator.storage.getDirectory()).getFileHandle(name)).getFile();
      const bytes = new Uint8Array(await file.arrayBuffer());
      let binary = "";
      for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
      return btoa(binary);
    }, name);
    await page.setInputFiles("#pick-clips", big);
    await page.waitForSelector(".clip-row p + p");
    await page.click("#seal");
    await page.waitForFunction(() => document.querySelector("#seal-form progress")?.value > 2e7);
    await page.click("#cancel-seal");
    await page.waitForSelector("#seal-form progress", { state: "detached" });
    assert.equal(await inFile(await page.evaluate(() => window.chosen[0])), "", "what was called off was never written");
    assert.equal(await page.textContent("#case-state"), "封印待ち");
    await page.click(".clip-row button");
    await page.setInputFiles("#pick-clips", office.sampleClip(4));
    await page.waitForSelector(".clip-row p + p");
    await page.click("#seal");
    await told(page, "封印しました");
    await page.click("#paper-passphrase");
    writeFileSync(path("words.txt"), `${await page.textContent("#passphrase-words")}\n`);
    writeFileSync(path("streamed.fuin"), Buffer.from(await inFile(await page.evaluate(() => window.chosen[1])), "base64"));
    const verified = run("verify", path("streamed.fuin"), "--recipient-passphrase-file", path("words.txt"));
    assert.ok(verified.ok, verified.stderr);
    // The passphrase is nowhere else: the browser asks before the page goes.
    const asked = new Promise((resolve) => page.once("dialog", async (dialog) => { resolve(dialog.type()); await dialog.dismiss(); }));
    await page.close({ runBeforeUnload: true });
    assert.equal(await asked, "beforeunload");
  }));

test("a symbol held before the camera is as good as a typed code", () => {
  office.write("none.txt", "");
  const sealed = office.seal("camera.fuin", office.sampleClip(4));
  run("ledger", "export", "--office", path("office"), "--out", path("camera.jsonl"));
  const feed = path("camera.y4m");
  const args = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${feed}`];
  return Browser.use(async (first) => {
    const viewer = await first.page(html);
    await watch(viewer, sealed.path, office.recipientPassphrase);
    await viewer.click("#finished");
    await viewer.check("input[value=return]");
    await viewer.fill("#method", "郵送");
    await viewer.click("#make-receipt");
    await viewer.waitForSelector("#sheet .qr");
    await viewer.locator("#sheet .qr").screenshot({ path: path("symbol.png") });
    // A sheet of paper that moves a little before the camera.
    execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "color=c=0x909090:s=640x480:r=10:d=4", "-loop", "1", "-i", path("symbol.png"),
      "-filter_complex", "[1]scale=300:300[s];[0][s]overlay=x='150+10*sin(t*3)':y=90:shortest=1", "-pix_fmt", "yuv420p", feed]);
    await Browser.use(async (second) => {
      const page = await second.page(html, "#office");
      await page.setInputFiles("#pick-office-key", path("office/office.key"));
      await page.fill("#office-passphrase", office.passphrase);
      await page.click("#office-unlock");
      await page.waitForSelector("#nav-settings");
      await page.click("#nav-settings");
      await page.setInputFiles("#pick-ledger", path("camera.jsonl"));
      await good(page);
      await page.click("#nav-confirm");
      await page.click("#qr-camera-on");
      await told(page, "検証できました");
      assert.ok((await page.textContent(".notice.good")).includes(sealed.bundle_id));
      assert.equal(await page.evaluate(() => document.querySelector("#qr-camera").srcObject), null, "the camera is switched off");
    }, { args });
  });
});

test("a good backup takes the place of a damaged ledger, which is saved first; the key's backup is read back; the card prints", () =>
  Browser.use(async (browser) => {
    const page = await found(browser, "tajimi");
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "一" });
    await page.click("#nav-settings");
    const backup = await saved(page, "#export-ledger", "good.jsonl");
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "バックアップの後" });
    await page.evaluate(() => new Promise((resolve, reject) => {
      const open = indexedDB.open("fuin");
      open.onsuccess = () => {
        const transaction = open.result.transaction("ledger", "readwrite");
        const store = transaction.objectStore("ledger");
        const key = "000000000001";
        store.get(key).onsuccess = ({ target }) => store.put(`${target.result.slice(0, 500)}${target.result[500] === "A" ? "B" : "A"}${target.result.slice(501)}`, key);
        transaction.oncomplete = () => { open.result.close(); resolve(); };
        transaction.onerror = () => reject(transaction.error);
      };
    }));
    await page.reload();
    await page.waitForSelector("#ledger-fault");
    await page.click("#nav-settings");
    await page.setInputFiles("#pick-ledger", backup);
    await page.waitForSelector("#restore-ledger");
    assert.match(await page.textContent("main"), /3 件の記録があります。壊れた記録簿で読めるもののうち 1 件は/);
    const damaged = await saved(page, "#restore-ledger", "ledger-damaged.jsonl");
    assert.equal(readFileSync(damaged, "utf8").trim().split("\n").length, 5, "founding, two requests, a backup, and the head");
    await told(page, "読み込みました");
    await page.waitForSelector("#ledger-fault", { state: "detached" });
    await page.click("#nav-ledger");
    assert.equal(await page.locator("#ledger tbody tr").count(), 1);
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "その後" });

    await page.click("#nav-settings");
    assert.ok((await page.textContent("#key-checked")).includes("まだ"));
    await page.setInputFiles("#pick-key-backup", path("tajimi.key"));
    await page.fill("#backup-passphrase", "違う合言葉です");
    await page.click("#check-backup");
    await stopped(page, "合言葉が違います");
    await page.fill("#backup-passphrase", passphrase);
    await page.click("#check-backup");
    await told(page, "鍵のバックアップとして開けました");
    await page.setInputFiles("#pick-key-backup", path("office/office.key"));
    await page.fill("#backup-passphrase", office.passphrase);
    await page.click("#check-backup");
    await stopped(page, "この課の鍵ではありません");
    await page.reload();
    await page.click("#nav-settings");
    assert.ok((await page.textContent("#key-checked")).includes("令和"));
    await paper(page, "paper-card", ["発行課カード", "指紋の言葉", "office-card.jws"]);
    await accessible(page, "O9 with a paper");
  }));

test("one office's life, by turns at the desk and on the command line", () =>
  Browser.use(async (browser) => {
    const home = path("turns");
    const fuin = (...args) => {
      const done = run(...args);
      assert.ok(done.ok, `${args.join(" ")}: ${done.stderr}`);
      return done;
    };
    const record = (...args) => fuin("record", "--office", home, "--passphrase-file", path("office.txt"), ...args);
    fuin("office", "new", "--rules", "fujisawa", "--name", "藤沢市の課", "--contact", "0466", "--passphrase-file", path("office.txt"), home);
    office.write("fujisawa.toml", run("request", "example", "--rules", "fujisawa").request);
    record("request", path("fujisawa.toml"));
    record("roles", "係：例示", "課長：見本");
    record("decide", "--number", "1", "--grant", "--by", "課長");
    fuin("ledger", "export", "--office", home, "--out", path("turn1.jsonl"));

    const page = await browser.page(html, "#office");
    await page.evaluate(() => { window.showSaveFilePicker = undefined; });
    await page.setInputFiles("#pick-office-key", `${home}/office.key`);
    await page.fill("#office-passphrase", office.passphrase);
    await page.click("#office-unlock");
    await page.waitForSelector("#nav-settings");
    await page.setInputFiles("#pick-ledger", path("turn1.jsonl"));
    await told(page, "読み込みました");
    await page.click("#nav-today");
    await page.click("#to-seal button");
    const { bundle, words, id } = await seal(page, office.sampleClip(4));
    await page.click("#nav-settings");
    await saved(page, "#export-ledger", "turn2.jsonl");

    fuin("ledger", "import", "--office", home, path("turn2.jsonl"));
    record("report", "--bundle", id, "--kind", "delivery", "--from", "窓口");
    record("extend", "--bundle", id, "--until", "2199-03-31", "--reason", "公判", "--by", "課長");
    const code = await returned(browser, bundle, words, "return");
    fuin("confirm", "--office", home, "--passphrase-file", path("office.txt"), "--bundle", id, "--code", code);
    fuin("ledger", "export", "--office", home, "--out", path("turn3.jsonl"));

    await page.bringToFront();
    await page.setInputFiles("#pick-ledger", path("turn3.jsonl"));
    await told(page, "3 件の記録を読み込みました");
    await page.click("#nav-ledger");
    await page.click(".open-case");
    const timeline = await page.locator("#timeline li").allTextContents();
    assert.deepEqual(["申請を受け付けた", "提供可と決定した", "封印した", "受領", "返却期限を延ばした", "返却"].map((word, n) => timeline[n]?.includes(word)), Array(6).fill(true), timeline.join("\n"));
    await page.click("#nav-confirm");
    await page.fill("#medium-check", "異常なし");
    await page.click("#close-case");
    await told(page, "完了にしました");
    await page.click("#nav-settings");
    await saved(page, "#export-ledger", "turn4.jsonl");
    fuin("ledger", "import", "--office", home, path("turn4.jsonl"));
    const year = fuin("ledger", "year", "--office", home).year;
    assert.deepEqual([year.requests, year.disclosed, year.returned, year.closed, year.extensions], [1, 1, 1, 1, 1]);
    assert.ok(fuin("ledger", "verify", "--office", home).ok);
  }));
