// What the tests of the player begin with: an office that seals clips of the corpus, and the player on one of its
// bundles.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after } from "node:test";
import { Browser } from "./browser.mjs";
import { corpus } from "./corpus.mjs";
import { Office, run } from "./office.mjs";
import { Viewer } from "./pages/viewer.mjs";

/** An office for the tests of one file, and what they do with it. */
export function footage() {
  const office = new Office();
  const clips = corpus();
  const bundles = new Map();
  after(() => office.remove());

  /** A clip of the corpus. */
  const file = (name) => join(clips, name);

  /** The bundle of a clip, sealed once for all tests. */
  function sealed(name, ...options) {
    const key = [name, ...options].join(" ");
    if (!bundles.has(key)) bundles.set(key, office.seal(`${bundles.size}.fuin`, file(name), ...options));
    return bundles.get(key).path;
  }

  /** A bundle with these cameras: the file of each, its name, what its clock showed, and how far that ran ahead. */
  function sealedCameras(name, cameras, ...options) {
    const clips = cameras.map(({ file, camera, startsAt, error }) => `
[[clip]]
file = "${file}"
camera = "${camera}"
starts_at = "2026-11-18T${startsAt}+09:00"
clock_error_secs = ${error}
`);
    // Footage of each camera is asked for; what is asked for is what may be sealed.
    const ranges = cameras.map(({ camera }) => `
[[range]]
camera = "${camera}"
from = "2026-11-18T20:00:00+09:00"
to = "2026-11-18T23:00:00+09:00"
`);
    const request = readFileSync(office.path("request.toml"), "utf8").replace(/\[\[clip\]\][\s\S]*$/, "")
      .replace(/^\[\[range\]\]\n(?:[^[\n].*\n)*/m, "");
    office.write("cameras.toml", request + ranges.join("") + clips.join(""));
    const made = run("seal", "--office", office.path("office"), "--passphrase-file", office.path("office.txt"),
      "--request", office.path("cameras.toml"), ...cameras.flatMap((camera) => ["--clip", file(camera.file)]),
      "--recipient-passphrase-file", office.path("recipient.txt"), "--out", office.path(name), ...options);
    assert.ok(made.ok, made.stderr);
    return office.path(name);
  }

  /** Works on the player of one bundle, which has the keyboard. */
  function playing(bundle, work, options) {
    return Browser.use(async (browser) => {
      const viewer = await Viewer.open(browser);
      await viewer.watch(bundle, office.recipientPassphrase);
      await viewer.player.picture.isNumbered();
      await viewer.player.focus();
      await work(viewer.player, browser);
    }, options);
  }

  return { office, file, sealed, sealedCameras, playing };
}
