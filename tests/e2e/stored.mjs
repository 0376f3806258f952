// What the browser keeps of an office, read and damaged behind the page's back.

/**
 * Works on the stored ledger of a desk. `change` is code on `lines`, a map from keys to lines as they are sealed, and
 * `key`, which makes the key of a line from its number; lines are counted from 0, and the last is "head".
 */
export function changeLedger({ page }, change) {
  return page.evaluate(`new Promise((resolve, reject) => {
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
}

/** Damages for `changeLedger`. */
export const damage = {
  flipByte: (line, at) => `lines.get(key(${line}))[${at}] ^= 1;`,
  /** Takes a line out of the middle, and closes the gap. */
  remove: (line, last) => `
    for (let n = ${line}; n < ${last}; n++) lines.set(key(n), lines.get(key(n + 1)));
    lines.delete(key(${last}));`,
  swap: (line, other) => `
    const [a, b] = [lines.get(key(${line})), lines.get(key(${other}))];
    lines.set(key(${line}), b);
    lines.set(key(${other}), a);`,
  cut: (last) => `lines.delete(key(${last}));`,
};

/** What is in a store: pairs of a key and a value. */
function entries(page, store, database = "fuin") {
  return page.evaluate(([name, database]) => new Promise((resolve, reject) => {
    const open = indexedDB.open(database);
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const store = open.result.transaction(name).objectStore(name);
      const keys = store.getAllKeys();
      const values = store.getAll();
      values.onsuccess = () => {
        open.result.close();
        const plain = (value) => (value instanceof Uint8Array ? [...value] : value);
        resolve(keys.result.map((key, n) => [key, plain(values.result[n])]));
      };
    };
  }), [store, database]);
}

/** The ledger as it is stored: pairs of a key and the bytes of a line. */
export function storedLedger({ page }) {
  return entries(page, "ledger");
}

/** Code for `changeLedger` that puts a ledger back as it was stored. */
export function restoring(stored) {
  return `lines.clear(); ${JSON.stringify(stored)}.forEach(([key, bytes]) => lines.set(key, new Uint8Array(bytes)));`;
}

/** From now on the page's database has no room for more. */
export function fillDisk({ page }) {
  return page.evaluate(() => {
    globalThis.roomy = IDBObjectStore.prototype.add;
    IDBObjectStore.prototype.add = () => { throw new DOMException("no room", "QuotaExceededError"); };
  });
}

/** There is room again. */
export function freeDisk({ page }) {
  return page.evaluate(() => { IDBObjectStore.prototype.add = globalThis.roomy; });
}

/** Waits until the desk has stored this setting. */
export function settingIsStored({ page }, name) {
  return page.evaluate((name) => new Promise((resolve, reject) => {
    const look = () => {
      const open = indexedDB.open("fuin");
      open.onerror = () => reject(open.error);
      open.onsuccess = () => {
        const get = open.result.transaction("settings").objectStore("settings").get(name);
        get.onsuccess = () => {
          open.result.close();
          get.result === undefined ? requestAnimationFrame(look) : resolve();
        };
      };
    };
    look();
  }), name);
}

/** Waits for so many frames of the page. */
export function framesPass({ page }, count) {
  return page.evaluate((count) => new Promise((resolve) => {
    const next = (left) => (left ? requestAnimationFrame(() => next(left - 1)) : resolve());
    next(count);
  }), count);
}

/** Empties the databases, as a browser leaves them that found them damaged and made them anew. */
export function loseDatabase({ page }) {
  return page.evaluate(async () => {
    const request = (asked) => new Promise((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    for (const { name } of await indexedDB.databases()) {
      const database = await request(indexedDB.open(name));
      const stores = [...database.objectStoreNames];
      const change = database.transaction(stores, "readwrite");
      await Promise.all(stores.map((store) => request(change.objectStore(store).clear())));
      database.close();
    }
  });
}

/** Everything that the browser keeps of bundles that were opened, by key. */
export async function storedBundles({ page }) {
  return Object.fromEntries((await entries(page, "bundles")).map(([key, text]) => [key, JSON.parse(text)]));
}

/** The bundles whose keys the desk keeps for tickets. */
export async function keptKeys({ page }) {
  const keys = (await entries(page, "attachments", "fuin-documents")).map(([key]) => key);
  return keys.filter((key) => key.startsWith("bundle-key ")).map((key) => key.slice("bundle-key ".length));
}

/** The browser as a crash leaves it that came between keeping a report and erasing the device's key. */
export function cutOffErasure({ page }) {
  return page.evaluate(() => new Promise((resolve, reject) => {
    const open = indexedDB.open("fuin");
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const transaction = open.result.transaction("bundles", "readwrite");
      const store = transaction.objectStore("bundles");
      const keys = store.getAllKeys();
      const values = store.getAll();
      values.onsuccess = () => keys.result.forEach((key, n) => {
        const record = JSON.parse(values.result[n]);
        if (record.erased) store.put(JSON.stringify({ ...record, device_key_goes: true }), key);
      });
      transaction.oncomplete = () => { open.result.close(); resolve(); };
      transaction.onerror = () => reject(transaction.error);
    };
  }));
}

/** What the browser keeps of the passkey that guards the key of this device; the whole of the store beside it. */
export async function devicePasskey({ page }) {
  const all = await entries(page, "settings");
  const kept = all.find(([key]) => key === "device-passkey")?.[1];
  return { kept: kept && JSON.parse(kept), all: JSON.stringify(all) };
}

/** Whether the browser has a key of this device. */
export async function hasDeviceKey({ page }) {
  return (await entries(page, "settings")).some(([key]) => key === "device-key");
}
