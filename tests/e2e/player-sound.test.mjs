// Sound: each way of writing it is heard as its tone and at its time, and only at normal speed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Loudspeaker, hertz } from "./pages/loudspeaker.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, sealed } = footage();

describe("sound", () => {
  for (const name of ["aac.mp4", "g711-a.mov", "g711-mu.mov", "pcm.mov", "ima.avi", "mp2.mpg"]) {
    test(`${name} is heard, as its tone and at its time`, () => Browser.use(async (browser) => {
      const viewer = await Viewer.open(browser);
      const { player } = viewer;
      const loudspeaker = new Loudspeaker(viewer.page);
      await loudspeaker.listen();
      await viewer.watch(sealed(name), office.recipientPassphrase);
      await player.play();
      const pieces = await loudspeaker.hears(2);
      assert.ok(Math.abs(hertz(pieces) - 440) < 25, `${hertz(pieces).toFixed(0)} Hz`);
      for (let i = 1; i < pieces.length; i++) {
        const gap = pieces[i].when - pieces[i - 1].when - pieces[i - 1].duration;
        assert.ok(Math.abs(gap) < 0.005, `a gap of ${gap} s`);
      }
      await player.picture.goesPast(15);
      await player.mute();
      assert.equal(await player.muted(), "true");
      // Away from normal speed there is silence: nothing more is scheduled.
      await player.setSpeed("0.5");
      await loudspeaker.fallsSilent();
      assert.equal(await player.status(), "");
    }));
  }
});
