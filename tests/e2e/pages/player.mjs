// The player as a reviewer uses it: buttons, keys, speeds, the bar of time, and what the page says beside the picture.
import { Part } from "./part.mjs";
import { Cameras } from "./cameras.mjs";
import { Picture } from "./picture.mjs";
import { Tabs } from "./player-tabs.mjs";
import { TakeOut } from "./take-out.mjs";

const at = {
  player: ".player",
  canvas: "#picture",
  play: "#play",
  stepForward: "#step-forward",
  stepBack: "#step-back",
  seek: "#seek",
  speed: "#speed",
  speedSaid: "#speed-now",
  mute: "#mute",
  still: "#still",
  status: "#player-status",
  clipTime: "#clip-time",
  keyList: "dialog#keys",
  more: ".more summary",
  goKind: "#go-kind",
  goText: "#go-text",
  goHelp: "#go-help",
  go: "#go",
  clip: "#choose-clip",
  killed: ".clip-killed",
  track: "#choose-track",
  marksOnBar: ".lane-marks",
  repeat: ".repeat",
  gap: ".gap",
  strip: "canvas.strip",
  checkAll: "#check-all",
  checked: "#checked",
  finished: "#finished",
  lane: ".lane",
  laneName: ".lane-name",
  activity: ".activity path",
  preview: ".preview",
  buttons: ".chrome",
  views: ".view",
};

/** The remark beside the picture with this name. */
const badge = (name) => `[data-badge=${name}]`;

export class Player extends Part {
  /** The places that the keyboard reaches. */
  static at = at;

  constructor(page) {
    super(page);
    this.picture = new Picture(page);
    this.tabs = new Tabs(page);
    this.takeOut = new TakeOut(page);
    this.cameras = new Cameras(page, badge("hidden"));
  }

  /** Gives the player the keyboard. */
  focus() {
    return this.page.focus(at.player);
  }

  // One button plays and pauses.
  play() {
    return this.page.click(at.play);
  }

  pause() {
    return this.page.click(at.play);
  }

  /** Waits until the button offers to play. */
  isPaused() {
    return this.page.waitForFunction((play) => document.querySelector(play).textContent === "再生", at.play);
  }

  stepForward() {
    return this.page.click(at.stepForward);
  }

  stepBack() {
    return this.page.click(at.stepBack);
  }

  /** Chooses a speed: "0.5" is half. */
  setSpeed(times) {
    return this.page.selectOption(at.speed, times);
  }

  saysSpeed(words) {
    return this.says(at.speedSaid, words);
  }

  /** Seconds of footage for each second of the clock, over so many microseconds of footage, which begin at `from`. */
  async measureSpeed({ from, over }) {
    await this.page.waitForFunction(
      ({ seek, from }) => Number(document.querySelector(seek).value) > from, { seek: at.seek, from },
    );
    return this.page.evaluate(({ seek, over }) => {
      const now = () => [performance.now(), Number(document.querySelector(seek).value)];
      const [began, micros] = now();
      return new Promise((resolve) => {
        const look = () => {
          const [ms, here] = now();
          if (here - micros > over) resolve((here - micros) / 1000 / (ms - began));
          else requestAnimationFrame(look);
        };
        look();
      });
    }, { seek: at.seek, over });
  }

  /** Moves the slider to a time in microseconds. */
  seekTo(micros) {
    return this.page.fill(at.seek, String(micros));
  }

  /** Where the slider stands, in microseconds. */
  async position() {
    return Number(await this.page.inputValue(at.seek));
  }

  /** Waits until the slider ends at so many microseconds. */
  lasts(micros) {
    return this.page.waitForFunction(
      ({ seek, max }) => document.querySelector(seek).max === max, { seek: at.seek, max: String(micros) },
    );
  }

  /** Waits until less than half a second is left, as the page says. */
  isNearItsEnd() {
    return this.page.waitForFunction((clipTime) => {
      const [here, total] = document.querySelector(clipTime).textContent.split("/").map((text) => text.trim());
      const seconds = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
      return seconds(total) - seconds(here) < 0.5;
    }, at.clipTime);
  }

  openMore() {
    return this.page.click(at.more);
  }

  /** Types where to go, and goes; `kind` is what the text means: "picture", "elapsed" or "clock". */
  async goTo(text, kind) {
    if (kind) await this.page.selectOption(at.goKind, kind);
    await this.page.fill(at.goText, String(text));
    await this.page.click(at.go);
  }

  goIsRefused() {
    return this.page.waitForSelector(`${at.goText}[aria-invalid=true]`);
  }

  goIsTaken() {
    return this.page.waitForSelector(`${at.goText}[aria-invalid=false]`);
  }

  goHelp() {
    return this.page.textContent(at.goHelp);
  }

  keysAreListed() {
    return this.page.waitForSelector(`${at.keyList}[open]`);
  }

  keysAreNotListed() {
    return this.page.waitForSelector(at.keyList, { state: "hidden" });
  }

  isFullScreen() {
    return this.page.waitForFunction((player) => document.fullscreenElement?.matches(player), at.player);
  }

  isNotFullScreen() {
    return this.page.waitForFunction(() => document.fullscreenElement === null);
  }

  /** Waits until the page names clips that cannot be shown, and gives what it says. */
  async killedClips() {
    await this.page.waitForSelector(at.killed);
    return this.page.locator(at.killed).allTextContents();
  }

  /** Which clips can be chosen, by number. */
  choosableClips() {
    return this.page.locator(`${at.clip} option:not([disabled])`).evaluateAll((all) => all.map((one) => one.value));
  }

  chooseClip(value) {
    return this.page.selectOption(at.clip, { value });
  }

  /** Makes every choice before anything of the one before it is there. */
  chooseClipsAtOnce(values) {
    return this.page.evaluate(({ clip, values }) => {
      for (const value of values) {
        const select = document.querySelector(clip);
        select.value = value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }, { clip: at.clip, values });
  }

  chosenClip() {
    return this.page.inputValue(at.clip);
  }

  chooseTrack(value) {
    return this.page.selectOption(at.track, { value });
  }

  mute() {
    return this.page.click(at.mute);
  }

  /** "true" or "false". */
  muted() {
    return this.page.getAttribute(at.mute, "aria-pressed");
  }

  /** The line below the buttons. */
  async status() {
    return (await this.page.textContent(at.status)).trim();
  }

  statusSays(words) {
    return this.says(at.status, words);
  }

  /** Waits for a remark beside the picture. */
  remarks(name) {
    return this.page.waitForSelector(badge(name));
  }

  /** Waits for a remark beside the picture that has these words. */
  remarksWith(name, words, options) {
    return this.says(badge(name), words, options);
  }

  /** Notes from now on whether a remark ever stands beside a picture that is on its canvas; the function that comes back tells. */
  async watchesRemark(name) {
    await this.page.evaluate(([remark, picture]) => {
      window.remarked = false;
      const look = () => {
        const canvas = document.querySelector(picture);
        window.remarked ||= Boolean(canvas && canvas.width > 16 && document.querySelector(remark));
        requestAnimationFrame(look);
      };
      look();
    }, [badge(name), at.canvas]);
    return () => this.page.evaluate(() => window.remarked);
  }

  /** Waits until a remark is gone. */
  remarksNoMore(name) {
    return this.hasNo(badge(name));
  }

  remark(name) {
    return this.page.textContent(badge(name));
  }

  /** How often a remark stands there now. */
  remarkCount(name) {
    return this.count(badge(name));
  }

  hasRepeatOnBar() {
    return this.page.waitForSelector(`${at.marksOnBar} ${at.repeat}`);
  }

  hasGapOnBar() {
    return this.page.waitForSelector(`${at.marksOnBar} ${at.gap}`);
  }

  /** Waits until so many lines of the bar have a gap. */
  hasLinesWithGaps(count) {
    return this.has(`${at.marksOnBar}:has(${at.gap})`, count);
  }

  /** Waits until each of the small pictures on the bar is painted. */
  hasSmallPictures(count) {
    return this.page.waitForFunction(({ strip, count }) => {
      const painted = document.querySelector(strip);
      if (!painted) return false;
      const copy = new OffscreenCanvas(painted.width, painted.height);
      const context = copy.getContext("2d");
      context.drawImage(painted, 0, 0);
      return [...Array(count).keys()].every((n) => {
        const { data } = context.getImageData(n * 100 + 20, 10, 60, 40);
        return data.some((value, i) => i % 4 < 3 && value > 40);
      });
    }, { strip: at.strip, count });
  }

  async offersStills() {
    await this.page.waitForSelector(at.still);
  }

  /** How many buttons for stills there are. */
  stillButtons() {
    return this.count(at.still);
  }

  /** Saves what is shown: a picture and its facts, at `path` with the endings png and json. */
  async takeStill(path) {
    const downloads = [];
    const take = (download) => downloads.push(download);
    this.page.on("download", take);
    await this.page.click(at.still);
    await this.statusSays("保存しました");
    while (downloads.length < 2) await this.page.waitForEvent("download");
    this.page.off("download", take);
    for (const kind of ["png", "json"]) {
      const download = downloads.find((download) => download.suggestedFilename().endsWith(kind));
      await download.saveAs(`${path}.${kind}`);
    }
  }

  /** Reads every byte of the bundle. */
  checkAll() {
    return this.page.click(at.checkAll);
  }

  isChecked() {
    return this.page.waitForSelector(at.checked);
  }

  /** Ends watching: the page asks what becomes of the footage. */
  finish() {
    return this.page.click(at.finished);
  }

  /** Waits until the page says that the picture is smaller than it is. */
  isSmallerThanItself() {
    return this.page.waitForFunction((place) => parseInt(document.querySelector(place)?.textContent, 10) < 100, badge("scaled"));
  }

  // The window around it.

  /** Waits until the player has the keyboard. */
  hasKeyboard() {
    return this.page.waitForFunction((player) => document.activeElement?.matches(player), at.player);
  }

  /** What of picture, time bar and buttons is not wholly in the window. */
  outsideTheWindow() {
    const places = [at.canvas, at.seek, at.play, at.stepForward, at.finished];
    return this.page.evaluate((places) => places.filter((place) => {
      const { top, bottom, left, right } = document.querySelector(place).getBoundingClientRect();
      return top < 0 || left < 0 || bottom > innerHeight || right > innerWidth;
    }), places);
  }

  /** Pixels from the top of the window to the lower edge of the button that plays. */
  playEndsAt() {
    return this.page.evaluate((place) => document.querySelector(place).getBoundingClientRect().bottom, at.play);
  }

  /** Presses on the picture of a camera. */
  pressPicture(camera = 1) {
    return this.page.click(camera === 1 ? at.canvas : `${at.canvas}-${camera - 1}`);
  }

  doublePressPicture() {
    return this.page.dblclick(at.canvas);
  }

  isPlaying() {
    return this.page.waitForFunction((play) => document.querySelector(play).textContent === "一時停止", at.play);
  }

  /** Turns the wheel at a place of the picture, parts of its width and height; upwards is negative. */
  async turnWheel(by, [x, y]) {
    const box = await this.picture.box();
    await this.page.mouse.move(box.x + box.width * x, box.y + box.height * y);
    await this.page.mouse.wheel(0, by);
  }

  /** Moves the mouse to a part of the bar's line of a camera; cameras are counted from 1. */
  async pointAt(part, camera = 1) {
    const box = await this.page.locator(at.lane).nth(camera - 1).boundingBox();
    await this.page.mouse.move(box.x + box.width * part, box.y + 5);
    return box;
  }

  /** Presses the bar's line of a camera at a part of it. */
  async pressLane(part, camera = 1) {
    await this.pointAt(part, camera);
    await this.page.mouse.down();
    await this.page.mouse.up();
  }

  /** What is said of the place under the mouse. */
  async pointed() {
    await this.page.waitForSelector(at.preview, { state: "visible" });
    return (await this.page.textContent(at.preview)).trim();
  }

  /** Waits until the small picture under the mouse has something on it. */
  showsPointed() {
    return this.page.waitForFunction((place) => {
      const canvas = document.querySelector(`${place} canvas`);
      if (!canvas || canvas.hidden) return false;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, at) => at % 4 < 3 && value > 0);
    }, at.preview);
  }

  laneNames() {
    return this.texts(at.laneName);
  }

  /** Waits until so many cameras have their small pictures. */
  hasStrips(count) {
    return this.page.waitForFunction(
      ({ strip, count }) => document.querySelectorAll(`${strip}.painted`).length === count, { strip: at.strip, count },
    );
  }

  /** How many cameras say how much happens. */
  activities() {
    return this.count(at.activity);
  }

  /** Waits until the buttons are out of the way, or back. */
  buttonsAre(seen) {
    return this.page.waitForFunction(({ place, seen }) => {
      const { opacity, display } = getComputedStyle(document.querySelector(place));
      return (Number(opacity) > 0.9 && display !== "none") === seen;
    }, { place: at.buttons, seen });
  }

  /** What is said beside the pictures. */
  beside() {
    return this.page.locator(at.views).innerText();
  }

  /** What can be clicked here and is lower than a finger needs. */
  lowTargets() {
    return super.lowTargets(at.seek);
  }

  /** Steps through all pictures forward and back; each must be shown in its place. Gives how many there are. */
  async stepThrough(shape) {
    const total = await this.picture.total();
    await this.focus();
    await this.press("Home");
    await this.picture.shows(1, 0, shape);
    const numbers = Array.from({ length: total }, (_, n) => n + 1);
    await this.picture.areShownBy(".", numbers.slice(1), shape);
    await this.picture.areShownBy(",", numbers.reverse().slice(1), shape);
    return total;
  }
}
