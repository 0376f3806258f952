// Decoders in software, in the page, against ffmpeg with one thread.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Browser } from "../e2e/browser.mjs";
import { encode, ourPlay, ourSide } from "./player.mjs";

/** Says how many pictures a second each gives. */
export async function benchDecoders({ office, folder, say }) {
  // Decoders in software: as fast as pictures come when more are asked for than any computer gives, before key pictures
  // take over; beside ffmpeg with one thread.
  const hevc = ["libx265", "-x265-params", "log-level=error:bframes=3:keyint=50", "-tag:v", "hvc1"];
  const avc = ["libx264", "-bf", "3", "-g", "50", "-pix_fmt", "yuv422p10le"];
  const mpeg2 = ["mpeg2video", "-bf", "2", "-g", "15"], mpeg4 = ["mpeg4", "-bf", "2", "-g", "50"];
  for (const [name, key, coding] of [
    ["hevc", "480p", hevc], ["hevc", "1080p", hevc], ["avc", "1080p", avc], ["mpeg2", "1080p", mpeg2], ["mpeg4", "1080p", mpeg4],
  ]) {
    const [size, rate, bits] = key === "480p" ? ["854x480", 60, "1M"] : ["1920x1080", 30, "4M"];
    const path = encode(join(folder, `${name}-${key}.mp4`), size, rate, 12, ...coding, "-b:v", bits);
    const { path: sealed } = office.seal(join(folder, `${name}-${key}.fuin`), path);
    const one = await Browser.start();
    const page = await ourSide(one, sealed, office.recipientPassphrase);
    await page.evaluate(() => {
      const select = document.querySelector("#speed");
      select.value = "2";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const { advanced, seconds } = await ourPlay(page, 2.2);
    const fps = advanced / seconds;
    const cap = rate * 2;
    say(`${name}_fps_${key}`, fps, `pictures a second, decrypted, checked, decoded, marked and painted${fps > cap * 0.95 ? `; twice real time is ${cap}` : ""}`);
    if (key === "1080p") {
      const began = performance.now();
      execFileSync("ffmpeg", ["-nostdin", "-v", "error", "-threads", "1", "-i", path, "-f", "null", "-"]);
      const theirs = (12 * rate) / ((performance.now() - began) / 1000);
      say(`${name}_1080p_vs_ffmpeg1`, fps / theirs, `${fps.toFixed(1)} ÷ ${theirs.toFixed(1)} pictures a second (ffmpeg, one thread, decoding only)`);
    }
    await one.context.close();
  }
}
