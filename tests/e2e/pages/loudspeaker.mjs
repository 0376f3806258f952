// What the page gives to the loudspeaker: which pieces of sound, when, and what they sound like.
import { Part } from "./part.mjs";

/** The tone of what was heard, in Hz: it crosses zero twice in each period. */
export function hertz(pieces) {
  const seconds = pieces.reduce((sum, piece) => sum + piece.duration, 0);
  return pieces.reduce((sum, piece) => sum + piece.crossings, 0) / 2 / seconds;
}

export class Loudspeaker extends Part {
  /** From now on every piece is written down that the page schedules. */
  listen() {
    return this.page.evaluate(() => {
      globalThis.heard = [];
      const start = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function (when) {
        const samples = this.buffer.getChannelData(0);
        let crossings = 0;
        for (let i = 1; i < samples.length; i++) if (samples[i - 1] < 0 !== samples[i] < 0) crossings++;
        heard.push({ when, duration: this.buffer.duration, crossings });
        return start.call(this, when);
      };
    });
  }

  /** Waits until more than so many seconds of sound are scheduled, and gives the pieces. */
  async hears(seconds) {
    const long = (seconds) => heard.reduce((sum, piece) => sum + piece.duration, 0) > seconds;
    await this.page.waitForFunction(long, seconds);
    return this.page.evaluate(() => heard);
  }

  /** Waits until nothing more is scheduled for 700 ms. */
  fallsSilent() {
    return this.page.waitForFunction(() => {
      const same = globalThis.heardBefore === heard.length;
      globalThis.heardBefore = heard.length;
      return same;
    }, null, { polling: 700 });
  }
}
