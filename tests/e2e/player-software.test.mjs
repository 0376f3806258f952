// H.264 that a browser refuses, or gives up half-way, is decoded by ours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./browser.mjs";
import { footage } from "./footage.mjs";
import { Viewer } from "./pages/viewer.mjs";

const { office, sealed } = footage();

/** In the page: its workers begin with this script, in which the browser's decoder is another. */
function spoilDecoder(script) {
  const plain = globalThis.Blob;
  globalThis.Blob = class extends plain {
    constructor(parts, options) {
      super(options?.type === "text/javascript" ? [script, ...parts] : parts, options);
    }
  };
}

const refuses = `
  VideoDecoder.isConfigSupported = async (config) => ({ supported: !config.codec.startsWith("avc1"), config });
`;
// As decoders do that meet what they cannot: the error comes between pictures.
const givesUp = `
  const Plain = VideoDecoder;
  let decoded = 0;
  self.VideoDecoder = class extends Plain {
    #error;
    #failed = false;
    constructor(init) { super(init); this.#error = init.error; }
    decode(chunk) {
      if (++decoded < 40 || this.#failed) return super.decode(chunk);
      this.#failed = true;
      queueMicrotask(() => {
        if (this.state === "closed") return;
        super.close();
        this.#error(new DOMException("Decoding error.", "EncodingError"));
      });
    }
  };
`;

for (const [name, script] of [["refuses", refuses], ["gives up half-way", givesUp]]) {
  test(`H.264 that the browser ${name} is seen to its last picture, forward and back`, () => Browser.use(async (browser) => {
    await browser.context.addInitScript(spoilDecoder, script);
    const viewer = await Viewer.open(browser);
    const { player } = viewer;
    await viewer.watch(sealed("b-frames.mp4"), office.recipientPassphrase);
    await player.play();
    await player.remarks("software");
    await player.picture.goesPast(60);
    await player.focus();
    await player.press("k");
    await player.isPaused();
    assert.equal(await player.stepThrough(), 90);
    assert.equal(await player.tabs.lostLines(), 0, "pictures were lost");
  }));
}
