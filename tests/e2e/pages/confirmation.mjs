// The desk's part in which a recipient's report is confirmed, by code, file or symbol, and in which a case is closed.
import { Part } from "./part.mjs";

const at = {
  bundle: "#confirm-bundle",
  code: "#confirm-code",
  check: "#confirm-check",
  file: "#pick-receipt",
  photograph: "#pick-qr",
  symbolsRead: "#symbols-read",
  switchCameraOn: "#qr-camera-on",
  camera: "#qr-camera",
  caseToClose: "#close-bundle",
  medium: "#medium-check",
  close: "#close-case",
  concerns: "#concerns",
  refused: "#refused-report",
  recordRefused: "#record-refused",
  dropRefused: "#drop-refused",
  pick: "#confirm-pick",
};

export class Confirmation extends Part {
  /** The places that the keyboard reaches. */
  static at = at;

  /** Types a bundle's number, unless one was chosen, and the code of its report, and has them checked. */
  async typeCode(bundle, code) {
    if (bundle !== undefined) await this.page.fill(at.bundle, bundle);
    await this.page.fill(at.code, code);
    await this.page.click(at.check);
  }

  /** What can be chosen of what is still out. */
  open() {
    return this.page.textContent(at.pick);
  }

  /** Chooses a disclosure that is still out. */
  pickOpen(id) {
    return this.page.selectOption(at.pick, { value: id });
  }

  /** Asked about a report that was refused: has it recorded with its reason. */
  async recordRefused() {
    await this.page.click(at.recordRefused);
    await this.hasNo(at.refused);
  }

  /** Asked about a report that was refused: it was a slip. */
  async dropRefused() {
    await this.page.click(at.dropRefused);
    await this.hasNo(at.refused);
  }

  /** Waits until a code can be typed. */
  isOpen() {
    return this.page.waitForSelector(at.bundle);
  }

  readFile(path) {
    return this.page.setInputFiles(at.file, path);
  }

  /** Reads a symbol from a photograph. */
  readPhotograph(path) {
    return this.page.setInputFiles(at.photograph, path);
  }

  /** Waits until the desk says how many symbols of how many it has read. */
  hasReadSymbols(n, of) {
    return this.says(at.symbolsRead, `${of} 枚のうち ${n} 枚`);
  }

  switchCameraOn() {
    return this.page.click(at.switchCameraOn);
  }

  /** What the camera gives to the page; null if it is off. */
  cameraStream() {
    return this.page.evaluate((camera) => document.querySelector(camera).srcObject, at.camera);
  }

  /** Chooses which case is closed. */
  chooseCase(bundle) {
    return this.page.selectOption(at.caseToClose, bundle);
  }

  /** Waits until a case can be closed. */
  canClose() {
    return this.page.waitForSelector(at.medium);
  }

  /** What must be answered before the case is closed. */
  async concerns() {
    await this.page.waitForSelector(at.concerns);
    return this.page.textContent(at.concerns);
  }

  /** Says how the medium was found, and closes the case. */
  async closeCase(medium) {
    await this.page.fill(at.medium, medium);
    await this.page.click(at.close);
  }
}
