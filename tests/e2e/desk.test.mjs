// The issuing office's desk: in each of the five cities from the request to the yearly report, with the recipient's viewer in
// between; then search, damage, restarts, two tabs, and what the pages owe to everybody.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { Browser, firstPicture, watch } from "./browser.mjs";
import { accessible, clerk, fill, good, request, review } from "./desk.mjs";
import { Office, page as html, root, run } from "./office.mjs";
import { due, fiscalYear, footage, today, wareki } from "./dates.mjs";

let office;
before(() => {
  office = new Office();
});
after(() => office.remove());

const path = (name) => office.path(name);
const { found, seal, print, paper, returned } = clerk(path);

const cities = [
  { city: "tajimi", ground: "investigation", basis: "CCP_197_2", blocked: [], forms: [], report: "定期の報告の定めはありません" },
  { city: "fujisawa", ground: "ordinance_12_1_4", basis: "CCP_197_2", blocked: ["6条2項"], forms: [], report: "個人情報保護制度主管課" },
  {
    city: "minato", ground: "investigation", basis: "CCP_197_2", blocked: ["8条2項", "8条3項"], undertaking: true, report: "港区長",
    forms: [["paper-minato-2", ["第2号様式", "参考様式", "港区長", "8条1項1号", `有（${wareki(today)}提出）`, "窃盗", "返却予定"].filter((word) => word !== "窃盗")]],
  },
  {
    city: "midori", ground: "investigation", basis: "CCP_197_2", blocked: ["10条2項"], report: "運用責任者あて",
    forms: [["paper-midori-1", ["様式第1号（規格A4）（第10条関係）", "市長", "課僚", "みどり市長様", "午後9時", "午後9時30分", "☑刑事訴訟法第197条第2項", "☐民事訴訟法第223条", "☑データ提供（記録媒体：USBメモリ、DVD、その他", "☐その他", "提供不可", "※事務処理欄"]]],
  },
  { city: "asahikawa", ground: "investigation", basis: "CCP_197_2", blocked: ["8条1号", "8条"], forms: [], report: "定期の報告の定めはありません" },
];

describe("from the request to the yearly report", () => {
  for (const { city, ground, basis, blocked, undertaking, forms, report } of cities) {
    test(city, () => Browser.use(async (browser) => {
      const page = await found(browser, city);
      await accessible(page, "O1");
      await page.click("#nav-request");
      await accessible(page, "O2");
      await request(page, { ground, basis });
      await accessible(page, "O3");
      const findings = await review(page, { undertaking });
      for (const article of blocked) assert.ok(findings.before.some((text) => text.includes(`（${article}）`)), `${article}: ${findings.before}`);
      assert.equal(findings.before.length >= blocked.length, true);
      assert.deepEqual(findings.after, []);
      await page.fill("#decided-by", "課長");
      await page.click("#grant");
      await page.waitForSelector("#seal-form");
      assert.equal(await page.textContent("#case-state"), "封印待ち");
      await accessible(page, "O4");
      const { bundle, words, id } = await seal(page, office.sampleClip(4));
      assert.match(words, /^(\d{4}-){5}\d{4}$/);
      assert.equal(await page.textContent("#case-state"), "封印済");
      await accessible(page, "O6");

      // The papers, each on one page.
      await paper(page, "paper-passphrase", ["合言葉のお知らせ", words, id]);
      await paper(page, "paper-cover", ["送付", "見本警察署刑事課巡査部長例示花子様", id, wareki(due), "発行課の指紋"]);
      await paper(page, "paper-hashes", ["ハッシュ票", execFileSync("sha256sum", [office.sampleClip(4)], { encoding: "utf8" }).slice(0, 64)]);
      await paper(page, "paper-delivery", ["受領書", id, "印", "USB-07"]);
      await paper(page, "paper-return", ["返却・消去報告書", id, "証拠として送致・引継ぎ", "印刷物の処理", "発行課確認欄", "決裁", "印"]);
      await paper(page, "paper-undertaking", ["誓約書", "第三者に無断で提供しないこと", "印"]);
      for (const [form, content] of forms) await paper(page, form, content);

      // The command line reads the same bundle; the recipient watches and reports.
      writeFileSync(path("words.txt"), `${words}\n`);
      const verified = run("verify", bundle, "--recipient-passphrase-file", path("words.txt"));
      assert.ok(verified.ok, verified.stderr);
      const code = await returned(browser, bundle, words, "return");
      await page.bringToFront();
      await page.click("#nav-confirm");
      await fill(page, { "confirm-bundle": id, "confirm-code": code });
      await page.click("#confirm-check");
      await good(page);
      await page.fill("#medium-check", "USB-07 返却、内容を消去");
      await page.click("#close-case");
      await page.waitForFunction(() => document.querySelector(".notice.good")?.textContent.includes("完了にしました"));
      await accessible(page, "O7");
      await page.click("#nav-ledger");
      assert.equal(await page.textContent("#ledger .status"), "完了");
      await accessible(page, "O5");
      await page.click(".open-case");
      const timeline = await page.locator("#timeline li").allTextContents();
      assert.equal(timeline.length, 6, timeline.join("\n"));
      await page.click("#nav-forms");
      await accessible(page, "O8");
      await paper(page, "paper-yearly", [fiscalYear, "申請1件", "提供可1件", "返却1件", "完了1件", "未返却0件", report]);
      if (city === "midori") await paper(page, "paper-midori-2", ["様式第2号（規格A4横）（第10条関係）", "申請受付日", wareki(today), `自：${wareki(footage)}21:00`, "☑データ提供（USBメモリ、DVD、その他"], { landscape: true });
      if (city === "midori") assert.deepEqual(await page.locator("#sheet .ringed").allTextContents(), ["USBメモリ", "可"], "the form has no boxes here: what holds is ringed");
      if (city === "minato") {
        await page.click("#operation-form >> xpath=.. >> summary");
        await page.selectOption("#operation-section", { label: "媒体廃棄" });
        await fill(page, { "operation-on": today, "operation-subject": "USB-01", "operation-reason": "老朽", "operation-particulars": "破砕" });
        await page.click("#record-operation");
        await good(page);
        await page.click("#incident-form >> xpath=.. >> summary");
        await fill(page, { "incident-on": today, "incident-what": "媒体を一時見失った", "incident-measures": "発見し回収", "incident-reported": "区長" });
        await page.click("#record-incident");
        await page.waitForSelector("#paper-incident");
        await paper(page, "paper-incident", ["10条2項関係", "事故報告書", "区長あて", wareki(today), "媒体を一時見失った", "発見し回収", "印"]);
        await paper(page, "paper-minato-3", ["第3号様式", wareki(today), "媒体廃棄", "USB-01", "破砕"], { landscape: true });
      }
      await page.click("#nav-settings");
      await accessible(page, "O9");
    }));
  }
});

/** Works on the ledger as this browser keeps it; `change` is code on `lines` (a map) and `key` (number to key). */
const stored = (page, change) => page.evaluate(`new Promise((resolve, reject) => {
  const open = indexedDB.open("fuin");
  open.onsuccess = () => {
    const transaction = open.result.transaction("ledger", "readwrite");
    const store = transaction.objectStore("ledger");
    const key = (n) => String(n).padStart(12, "0");
    const keys = store.getAllKeys();
    const values = store.getAll();
    values.onsuccess = () => {
      const lines = new Map(keys.result.map((key, n) => [key, values.result[n]]));
      ${change}
      store.clear();
      for (const [key, value] of lines) store.put(value, key);
    };
    transaction.oncomplete = () => { open.result.close(); resolve(); };
    transaction.onerror = () => reject(transaction.error);
  };
})`);

describe("what happened stays", () => {
  test("damage of every kind is found and named, and the rest stays readable", () => Browser.use(async (browser) => {
    const page = await found(browser, "tajimi");
    for (let n = 0; n < 3; n++) await request(page, { ground: "investigation", basis: "CCP_197_2", number: `第${n}号` });
    const damages = [
      ["a flipped byte", "const line = lines.get(key(1)); lines.set(key(1), line.slice(0, 400) + (line[400] === 'A' ? 'B' : 'A') + line.slice(401));", /2 行目が書き換えられています/, 2],
      ["a removed line", "lines.set(key(1), lines.get(key(2))); lines.set(key(2), lines.get(key(3))); lines.delete(key(3));", /2 行目/, 2],
      ["a swapped line", "const [a, b] = [lines.get(key(2)), lines.get(key(3))]; lines.set(key(2), b); lines.set(key(3), a);", /3 行目/, 3],
      ["a cut tail", "lines.delete(key(4));", /終わりの 1 行が欠けています/, 3],
    ];
    await page.click("#nav-settings");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#export-ledger")]);
    await download.saveAs(path("whole.jsonl"));
    const whole = readFileSync(path("whole.jsonl"), "utf8").trim().split("\n");
    const restore = `lines.clear(); ${JSON.stringify(whole)}.forEach((line, n, all) => lines.set(n + 1 < all.length ? key(n) : "head", line));`;
    for (const [what, change, words, readable] of damages) {
      await stored(page, change);
      await page.reload();
      await page.waitForSelector("#ledger-fault");
      assert.match(await page.textContent(".notice.stop"), words, what);
      // The register shows what can be read; nothing can be recorded.
      assert.equal(await page.locator("#ledger tbody tr").count(), readable, what);
      assert.equal(await page.locator("#new-request").count(), 0, what);
      await stored(page, restore);
      await page.reload();
      await page.waitForSelector("#nav-today");
      assert.equal(await page.locator("#ledger-fault").count(), 0, `after ${what} was repaired`);
    }
    // Two forks: a copy that went another way is not taken over.
    await page.click("#nav-request");
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "この端末だけ" });
    await stored(page, restore);
    await page.reload();
    await page.waitForSelector("#nav-today");
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "別の枝" });
    await page.click("#nav-settings");
    const [fork] = await Promise.all([page.waitForEvent("download"), page.click("#export-ledger")]);
    await fork.saveAs(path("fork.jsonl"));
    await stored(page, restore);
    await page.reload();
    await page.waitForSelector("#nav-today");
    await request(page, { ground: "investigation", basis: "CCP_197_2", number: "この端末だけ" });
    await page.click("#nav-settings");
    await page.setInputFiles("#pick-ledger", path("fork.jsonl"));
    await page.waitForSelector(".notice.stop");
    assert.match(await page.textContent(".notice.stop"), /枝|分かれ/);
  }));

  test("two tabs cannot fork the ledger", () => Browser.use(async (browser) => {
    const one = await found(browser, "tajimi");
    const two = await browser.page(html, "#office");
    await two.waitForSelector("#nav-today");
    await request(one, { ground: "investigation", basis: "CCP_197_2", number: "一" });
    await two.bringToFront();
    await two.click("#nav-request");
    await fill(two, { organization: "a", person: "b", purpose: "c", "camera-0": "d", "from-0": `${footage}T21:00`, "to-0": `${footage}T21:30`, due });
    await two.click("#record-request");
    await two.waitForSelector(".notice.stop");
    assert.match(await two.textContent(".notice.stop"), /ほかの|別の/);
    // What was typed is still there, and the second try goes behind the first tab's line.
    assert.equal(await two.inputValue("#organization"), "a");
    await two.click("#record-request");
    await two.waitForSelector("#review-form");
    await two.click("#nav-ledger");
    assert.equal(await two.locator("#ledger tbody tr").count(), 2);
  }));

  test("a browser that is killed in the middle of sealing leaves no half bundle, and the desk goes on", () => Browser.use(async (browser) => {
    const page = await found(browser, "tajimi");
    await request(page, { ground: "investigation", basis: "CCP_197_2" });
    await page.fill("#decided-by", "管理責任者");
    await page.click("#grant");
    const big = path("big.mp4");
    execFileSync("bash", ["-c", `cp "$1" "$2" && truncate -s 300M "$2"`, "-", office.sampleClip(4), big]);
    await page.setInputFiles("#pick-clips", big);
    await page.click("#seal");
    await page.waitForFunction(() => document.querySelector("#seal-form progress")?.value > 2e7);
    await browser.kill();
    const again = await browser.page(html, "#office");
    await again.evaluate(() => { window.showSaveFilePicker = undefined; });
    await again.waitForSelector("#to-seal");
    await again.click("#to-seal button");
    assert.equal(await again.textContent("#case-state"), "封印待ち");
    // Cancelling leaves it where it was; then it is sealed after all.
    await again.setInputFiles("#pick-clips", big);
    await again.click("#seal");
    await again.click("#cancel-seal");
    await again.waitForSelector("#seal-form progress", { state: "detached" });
    assert.equal(await again.textContent("#case-state"), "封印待ち");
    await again.reload();
    await again.evaluate(() => { window.showSaveFilePicker = undefined; });
    await again.click("#to-seal button");
    const { bundle, words } = await seal(again, office.sampleClip(4));
    writeFileSync(path("words.txt"), `${words}\n`);
    assert.ok(run("verify", bundle, "--recipient-passphrase-file", path("words.txt")).ok);
  }));

  test("a browser that is killed after every step has everything that was recorded, and nothing half", () => Browser.use(async (browser) => {
    let page = await browser.page(html, "#office");
    // Killed while it is being founded, there is no office, or a whole one.
    for (const store of ["office-founding", "office-card"]) {
      if ((await page.locator("#office-found").count()) === 0) break;
      await fill(page, { "office-name": "港区防災課", "office-contact": "03-0000-0000", "office-new-passphrase": "課の合言葉 2026 長い" });
      await page.selectOption("#office-rules", { value: "minato" });
      await page.click("#office-found");
      // As soon as this much of it is stored.
      await page.evaluate((key) => new Promise((resolve, reject) => {
        const look = () => {
          const open = indexedDB.open("fuin");
          open.onerror = () => reject(open.error);
          open.onsuccess = () => {
            const get = open.result.transaction("settings").objectStore("settings").get(key);
            get.onsuccess = () => { open.result.close(); get.result === undefined ? requestAnimationFrame(look) : resolve(); };
          };
        };
        look();
      }), store);
      await browser.kill();
      page = await browser.page(html, "#office");
      // The page says that it works as long as it reads.
      await page.waitForFunction(() => document.querySelector("#nav-today") || (document.querySelector("#office-found") && !document.querySelector("#office-found").disabled));
    }
    if ((await page.locator("#office-found").count()) > 0) page = await found(browser, "minato");
    const again = async () => {
      await browser.kill();
      page = await browser.page(html, "#office");
      await page.evaluate(() => { window.showSaveFilePicker = undefined; });
      await page.waitForSelector("#nav-today");
      assert.equal(await page.locator("#ledger-fault").count(), 0);
    };
    const open = async (state, events) => {
      await page.click("#nav-ledger");
      await page.click(".open-case");
      assert.equal(await page.textContent("#case-state"), state);
      assert.equal(await page.locator("#timeline li").count(), events);
    };
    await again();
    await request(page, { ground: "investigation", basis: "CCP_197_2" });
    await again();
    await open("審査待ち", 1);
    await review(page, { undertaking: true });
    await again();
    await open("審査待ち", 2);
    assert.deepEqual(await page.locator("#findings .blocks").allTextContents(), []);
    await page.fill("#decided-by", "防災課長");
    await page.click("#grant");
    await page.waitForSelector("#seal-form");
    await again();
    await open("封印待ち", 3);
    const { bundle, words, id } = await seal(page, office.sampleClip(4));
    await again();
    await open("封印済", 4);
    // The passphrase went with the page, as it said; the paper that was printed has it.
    assert.equal(await page.locator("#paper-passphrase").count(), 0);
    const code = await returned(browser, bundle, words, "erasure");
    await page.bringToFront();
    await page.click("#nav-confirm");
    await fill(page, { "confirm-bundle": id, "confirm-code": code });
    await page.click("#confirm-check");
    await good(page);
    await again();
    await open("消去済", 5);
    await page.click("#nav-confirm");
    await page.fill("#medium-check", "異常なし");
    await page.click("#close-case");
    await page.waitForFunction(() => document.querySelector(".notice.good")?.textContent.includes("完了にしました"));
    await again();
    await open("完了", 6);
  }));

  test("a browser that is killed in the middle of an import has all of it or nothing", () => Browser.use(async (browser) => {
    // A ledger of years, of an office that this browser takes over.
    const ledger = path("years.jsonl");
    const made = execFileSync("cargo", ["run", "--quiet", "-p", "fuin_tests", "--example", "make_ledger", "--", path("office/office.key"), path("office.txt"), "1500"],
      { cwd: root, maxBuffer: 2 ** 28 });
    writeFileSync(ledger, made);
    const total = made.toString().trim().split("\n").length - 1;
    let page = await browser.page(html, "#office");
    await page.setInputFiles("#pick-office-key", path("office/office.key"));
    await page.fill("#office-passphrase", office.passphrase);
    await page.click("#office-unlock");
    await page.waitForSelector("#nav-settings");
    const count = async () => Number((await page.textContent("#event-count")).match(/(\d+)/)[1]);
    for (const steps of [1, 2, 3]) {
      await page.click("#nav-settings");
      if ((await count()) > 0) break;
      await page.setInputFiles("#pick-ledger", ledger);
      // A little later each time, counted in frames of the page.
      await page.evaluate((frames) => new Promise((resolve) => { const next = (n) => (n ? requestAnimationFrame(() => next(n - 1)) : resolve()); next(frames); }), steps * 4);
      await browser.kill();
      page = await browser.page(html, "#office");
      await page.waitForSelector("#nav-settings");
      await page.click("#nav-settings");
      assert.ok([0, total].includes(await count()), `${await count()} of ${total} events`);
      assert.equal(await page.locator("#ledger-fault").count(), 0);
    }
    if ((await count()) === 0) {
      await page.setInputFiles("#pick-ledger", ledger);
      await good(page);
    }
    assert.equal(await count(), total);
  }));

  test("a bundle in parts is one bundle, for the viewer and for the command line", () => Browser.use(async (browser) => {
    const whole = office.seal("whole.fuin", office.sampleClip(4));
    const bytes = readFileSync(whole.path);
    const cut = [0, 5000, 20001, bytes.length];
    const parts = [1, 2, 3].map((n) => {
      const name = path(`parts.fuin.00${n}`);
      writeFileSync(name, bytes.subarray(cut[n - 1], cut[n]));
      return name;
    });
    const verified = run("verify", parts[0], "--recipient-passphrase-file", path("recipient.txt"));
    assert.ok(verified.ok, verified.stderr);
    const page = await browser.page(html);
    await watch(page, [parts[2], parts[0], parts[1]], office.recipientPassphrase);
    const other = await browser.page(html);
    await other.setInputFiles("#pick-bundle", [parts[0], parts[2]]);
    await other.waitForSelector("#stop-code", { state: "attached" });
    assert.equal(await other.textContent("#stop-code"), "parts_missing");
  }));
});

test("from the request to the yearly report by keyboard alone", () => Browser.use(async (browser) => {
  const page = await found(browser, "tajimi");
  const tabTo = async (id, on = page) => {
    const at = () => on.evaluate(() => document.activeElement.id);
    for (let n = 0; n < 80; n++) {
      if ((await at()) === id) return;
      await on.keyboard.press("Tab");
    }
    assert.fail(`#${id} is not reached by Tab; the focus is on #${await at()}`);
  };
  const press = async (id, on = page) => {
    await tabTo(id, on);
    await on.keyboard.press("Enter");
  };
  const type = async (id, text, on = page) => {
    await tabTo(id, on);
    await on.keyboard.type(text);
  };
  const choose = async (id, files, on = page) => {
    await tabTo(id, on);
    const [chooser] = await Promise.all([on.waitForEvent("filechooser"), on.keyboard.press("Space")]);
    await chooser.setFiles(files);
  };
  await tabTo("nav-request");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#request-form");
  for (const [id, text] of [["organization", "見本警察署"], ["person", "巡査部長 例示花子"]]) {
    await tabTo(id);
    await page.keyboard.type(text);
  }
  await tabTo("ground");
  await page.keyboard.press("ArrowDown");
  await tabTo("document-number");
  await page.keyboard.type("刑捜第1号");
  await tabTo("purpose");
  await page.keyboard.type("窃盗被疑事件の捜査");
  await tabTo("camera-0");
  await page.keyboard.type("正面 1番");
  // Dates are typed part by part, in the order of the browser's own language, whichever this browser has.
  const american = (day) => day.slice(5, 7) + day.slice(8) + day.slice(0, 4);
  const japanese = (day) => `${day.slice(0, 4)}\t${day.slice(5, 7)}${day.slice(8)}`;
  for (const [id, value, ...ways] of [
    ["from-0", `${footage}T21:00`, `${american(footage)}\t0900p`, `${japanese(footage)}2100`],
    ["to-0", `${footage}T21:30`, `${american(footage)}\t0930p`, `${japanese(footage)}2130`],
    ["due", due, american(due), japanese(due)],
  ]) {
    await tabTo(id);
    for (const way of ways) {
      await page.evaluate((id) => {
        document.activeElement.blur();
        document.getElementById(id).value = "";
      }, id);
      await page.focus(`#${id}`);
      for (const key of way) await page.keyboard.press(key === "\t" ? "Tab" : key);
      if ((await page.inputValue(`#${id}`)) === value) break;
    }
    assert.equal(await page.inputValue(`#${id}`), value);
  }
  await tabTo("record-request");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#review-form");
  await tabTo("decided-by");
  await page.keyboard.type("管理責任者");
  await tabTo("grant");
  await page.keyboard.press("Space");
  await page.waitForSelector("#seal-form");
  await choose("pick-clips", office.sampleClip(4));
  await page.waitForSelector(".clip-row p + p");
  const [download] = await Promise.all([page.waitForEvent("download"), press("seal")]);
  const [bundle, id] = [path(download.suggestedFilename()), download.suggestedFilename().replace(".fuin", "")];
  await download.saveAs(bundle);
  await page.waitForSelector("#paper-passphrase");
  await press("paper-passphrase");
  const words = await page.textContent("#passphrase-words");

  const viewer = await browser.page(html);
  await choose("pick-bundle", bundle, viewer);
  await viewer.waitForSelector("#passphrase");
  await type("passphrase", words, viewer);
  await viewer.keyboard.press("Enter");
  await viewer.waitForSelector("#to-undertaking");
  await press("to-undertaking", viewer);
  await viewer.waitForSelector("#viewer-name");
  await type("viewer-name", "巡査部長 例示花子", viewer);
  await press("begin", viewer);
  await firstPicture(viewer);
  await tabTo("play", viewer);
  await viewer.keyboard.press("Space");
  await viewer.waitForFunction(() => Number(document.querySelector("#picture-number").textContent) > 5);
  await viewer.keyboard.press("Space");
  await press("finished", viewer);
  await viewer.waitForSelector("#method");
  await type("method", "媒体を返送", viewer);
  await press("make-receipt", viewer);
  const code = await viewer.textContent("#receipt-code");
  await viewer.close();

  await page.bringToFront();
  await press("nav-confirm");
  await page.waitForSelector("#confirm-bundle");
  await type("confirm-bundle", id);
  await type("confirm-code", code);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#medium-check");
  await type("medium-check", "異常なし");
  await press("close-case");
  await page.waitForFunction(() => document.querySelector(".notice.good")?.textContent.includes("完了にしました"));
  await press("nav-ledger");
  await page.waitForSelector("#search");
  // «/» goes to the search box, arrows go from row to row, Enter opens one.
  await page.keyboard.press("/");
  await page.keyboard.type("窃盗");
  await page.waitForFunction(() => document.querySelectorAll("#ledger tbody tr").length === 1);
  await page.keyboard.press("Tab");
  while ((await page.evaluate(() => document.activeElement.className)) !== "link open-case") await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#timeline");
  assert.equal(await page.textContent("#case-state"), "完了");
  await press("nav-forms");
  await page.waitForSelector("#paper-yearly");
  await press("paper-yearly");
  const report = await page.textContent("#sheet");
  for (const counted of ["申請1 件", "提供可1 件", "返却1 件", "完了1 件"]) assert.ok(report.includes(counted), `${counted}: ${report}`);
}));

test("practice has everything, is marked everywhere, never mixes with real data, and is thrown away", () => Browser.use(async (browser) => {
  const real = await found(browser, "tajimi");
  await request(real, { ground: "investigation", basis: "CCP_197_2", number: "本番" });
  const page = await browser.page(html, "#practice");
  await page.waitForSelector("#practising");
  await page.click("#practise");
  await page.waitForSelector("#overdue li");
  assert.equal(await page.locator("#to-seal li").count(), 1);
  assert.equal(await page.locator("#overdue li").count(), 1);
  await accessible(page, "practice");
  await page.click("#nav-forms");
  await paper(page, "paper-midori-2", ["練習", "様式第2号"], { landscape: true });
  await page.click("#nav-ledger");
  assert.equal(await page.locator("#ledger tbody tr").count(), 4);
  assert.ok(!(await page.textContent("#ledger")).includes("本番"));
  await real.bringToFront();
  await real.reload();
  await real.click("#nav-ledger");
  assert.equal(await real.locator("#ledger tbody tr").count(), 1);
  assert.equal(await real.locator("#practising").count(), 0);
  await page.bringToFront();
  await page.click("#throw-away");
  await page.waitForSelector("#practise");
  // The way back is a new page of the real desk.
  await page.click("#practising a");
  await page.click("#nav-ledger");
  assert.equal(await page.locator("#ledger tbody tr").count(), 1);
}));

test("a photographed symbol is as good as a typed code", () => Browser.use(async (browser) => {
  const page = await browser.page(html, "#office");
  await page.setInputFiles("#pick-office-key", office.path("office/office.key"));
  await page.fill("#office-passphrase", office.passphrase);
  await page.click("#office-unlock");
  await page.waitForSelector("#nav-today");
  const sealed = office.seal("symbol.fuin", office.sampleClip(4));
  run("ledger", "export", "--office", office.path("office"), "--out", path("symbol.jsonl"));
  await page.click("#nav-settings");
  await page.setInputFiles("#pick-ledger", path("symbol.jsonl"));
  await good(page);
  const viewer = await browser.page(html);
  await watch(viewer, sealed.path, office.recipientPassphrase);
  await viewer.click("#finished");
  await viewer.check("input[value=erasure]");
  await viewer.fill("#method", "消去");
  await viewer.click("#make-receipt");
  await viewer.waitForSelector("#sheet .qr");
  await viewer.locator("#sheet").screenshot({ path: path("sheet.png") });
  await viewer.close();
  await page.bringToFront();
  await page.click("#nav-confirm");
  await page.setInputFiles("#pick-qr", path("sheet.png"));
  await page.waitForFunction(() => document.querySelector(".notice.good")?.textContent.includes("検証できました"));
  await page.setInputFiles("#pick-qr", office.sampleClip(4));
  await page.waitForSelector(".notice.stop");
}));

test("what is half said is not recorded; footage outside the range is noticed; a decision can be taken back", () => Browser.use(async (browser) => {
  const page = await found(browser, "minato");
  await request(page, { ground: "investigation", basis: "CCP_197_2" });
  await page.fill("#undertaking-on", today);
  await page.click("#record-review");
  await page.waitForSelector("#review-form .notice.stop");
  await review(page, { undertaking: true });
  await page.fill("#decided-by", "防災課長");
  await page.click("#grant");
  await page.setInputFiles("#pick-clips", office.sampleClip(4));
  await page.waitForFunction(() => document.querySelector(".clip-row p + p"));
  await page.fill("#clip-starts-0", `${footage}T22:00`);
  await page.waitForFunction(() => document.querySelector(".clip-row").textContent.includes("範囲の外"));
  // The camera's clock ran an hour ahead: then it is inside.
  await page.fill("#clip-error-0", "3600");
  await page.waitForFunction(() => !document.querySelector(".clip-row").textContent.includes("範囲の外"));
  await page.click("summary:has-text('提供可を取り下げる')");
  await page.click("#refuse");
  await page.waitForSelector("#decision .notice.stop");
  await page.fill("#decided-by", "防災課長");
  await page.fill("#decision-reason", "申請が取り下げられた");
  await page.click("#refuse");
  await page.waitForFunction(() => document.querySelector("#case-state").textContent === "提供不可");
  assert.equal(await page.locator("#timeline li").count(), 4);
}));
