// The main journeys of both doors in WebKit, whose workers read no file of a page that was opened from one (src/blobs).
import { after, test } from "node:test";
import { footage } from "./footage.mjs";
import { issuer, recipient } from "./main-journeys.mjs";
import { Office } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";
import { WebKit } from "./webkit.mjs";

const office = new Office();
after(() => office.remove());
const clips = footage();

test("a recipient opens, watches, steps, takes a still and reports", () => WebKit.use((browser) => recipient(browser, office)));

test("an office founds, records, grants, seals, and confirms what comes back", () => WebKit.use((browser) => issuer(browser, office)));

test("a clip with sound plays", () => WebKit.use(async (browser) => {
  const viewer = await Viewer.open(browser);
  await viewer.watch(clips.sealed("aac.mp4"), clips.office.recipientPassphrase);
  await viewer.player.play();
  await viewer.player.picture.goesPast(15);
}));
