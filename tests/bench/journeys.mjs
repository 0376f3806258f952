// What an officer has to do and read from the double-click to a moving picture: presses, letters, where the button that
// plays is, and how long the machine takes. The same definitions each time, so that versions can be compared.
import { join } from "node:path";
import { Browser } from "../e2e/browser.mjs";
import { Viewer } from "../e2e/pages/viewer.mjs";
import { median } from "./median.mjs";
import { encode } from "./player.mjs";

const ROUNDS = 5;
const WINDOWS = [[1366, 620], [1280, 800], [1920, 940], [390, 844]];
/** Choosing a file is one press on the page and two in the system's dialogue. */
const CHOOSING = 3;

/** From the page to the first picture; what was pressed, what could be read on each screen, and how long each took. */
async function way(browser, bundle, passphrase) {
  const took = {};
  const timed = async (name, work) => {
    const began = performance.now();
    await work();
    took[name] = performance.now() - began;
  };
  const letters = [];
  let viewer, presses = CHOOSING;
  await timed("page", async () => { viewer = await Viewer.open(browser); });
  letters.push(await viewer.letters());
  await timed("file", async () => {
    await viewer.chooseBundle(bundle);
    await viewer.asksForPassphrase();
  });
  letters.push(await viewer.letters());
  await viewer.passphraseHasKeyboard();
  await viewer.typePassphrase(passphrase);
  await timed("key", async () => {
    await viewer.press("Enter");
    await viewer.verdict();
  });
  letters.push(await viewer.letters());
  if (await viewer.hasVerdictOfItsOwn()) {
    await viewer.readUndertaking();
    await viewer.asksForName();
    letters.push(await viewer.letters());
    presses += 1;
  }
  // The name is typed, as the passphrase is.
  await timed("picture", async () => {
    await viewer.promise();
    await viewer.player.picture.isPainted();
  });
  await viewer.player.pressPicture();
  await viewer.player.isPlaying();
  return { viewer, presses: presses + 2, letters, took };
}

/** Pixels from the top of the window to the lower edge of the button that plays. */
async function playButton(folder, office) {
  const clip = encode(join(folder, "hd.mp4"), "1920x1080", 30, 2, "libx264");
  const { path } = office.seal("hd.fuin", clip);
  const places = [];
  for (const [width, height] of WINDOWS) {
    await Browser.use(async (browser) => {
      const { viewer } = await way(browser, path, office.recipientPassphrase);
      places.push([width, height, await viewer.player.playEndsAt()]);
    }, { viewport: { width, height } });
  }
  return places;
}

export async function benchJourneys({ office, folder, say }) {
  const [first, second] = ["first.fuin", "second.fuin"].map((name) => office.seal(name, office.sampleClip(8)).path);
  const all = { first: [], second: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    await Browser.use(async (browser) => {
      for (const [name, bundle] of [["first", first], ["second", second]]) {
        const { viewer, ...done } = await way(browser, bundle, office.recipientPassphrase);
        all[name].push(done);
        await viewer.close();
      }
    });
  }
  for (const [name, rounds] of Object.entries(all)) {
    const [{ presses, letters }] = rounds;
    say(`presses_${name}_bundle`, presses, "from the double-click to a moving picture, 2 in the file dialogue among them; passphrase and name are typed");
    say(`letters_${name}_bundle`, letters.reduce((sum, more) => sum + more, 0), `screen by screen: ${letters.join(" + ")}`);
    for (const step of Object.keys(rounds[0].took)) {
      say(`${step}_ms_${name}_bundle`, median(rounds.map(({ took }) => took[step])), "machine alone");
    }
  }
  for (const [width, height, end] of await playButton(folder, office)) {
    say(`play_ends_at_${width}x${height}`, end, `pixels from the window's top; ${end <= height ? "on the screen" : "OUTSIDE"}`);
  }
}
