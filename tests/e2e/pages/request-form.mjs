// The form of a request for footage. The office fills it in from paper; the recipient fills it in to apply, and adds
// the promise that the city asks for.
import { Part } from "./part.mjs";
import { Sheet } from "./sheet.mjs";

const fields = {
  received: "#received",
  organization: "#organization",
  department: "#department",
  address: "#address",
  representative: "#representative",
  person: "#person",
  phone: "#phone",
  basisDetail: "#basis-detail",
  documentNumber: "#document-number",
  documentDate: "#document-date",
  purpose: "#purpose",
  camera: "#camera-0",
  from: "#from-0",
  to: "#to-0",
  mediumNumber: "#medium-number",
  due: "#due",
};

const choices = {
  ground: "#ground",
  basis: "#basis",
  method: "select#method",
};

const promise = {
  signedBy: "#ask-signed-by",
  onwardTo: "#ask-onward",
};

const at = {
  city: "#ask-city",
  ownRules: "#ask-rules",
  form: "#ask-form",
  promises: "#ask-promise",
  forDevice: "#ask-device",
  devicePassphrase: "#device-passphrase",
  devicePassphraseAgain: "#device-passphrase-again",
  make: "#make-request",
  done: "#ask-done",
};

export class RequestForm extends Part {
  /** The places that the keyboard reaches. */
  static at = { ...fields, ...choices };

  /** Fills in these fields. */
  fill(values) {
    return this.fillIn(fields, values);
  }

  /** Chooses the ground and its legal basis. */
  async chooseGround(ground, basis) {
    await this.page.selectOption(choices.ground, { value: ground });
    await this.page.selectOption(choices.basis, { value: basis });
  }

  /** Chooses in which way the footage is given. */
  chooseMethod(label) {
    return this.page.selectOption(choices.method, { label });
  }

  /** What stands in a field. */
  typed(field) {
    return this.page.inputValue(fields[field]);
  }

  /** From now on, this is typed into a field the moment that it can be seen. */
  typeAtOnce(field, text) {
    return this.page.evaluate(({ place, text }) => {
      const look = () => {
        const element = document.querySelector(place);
        if (!element?.checkVisibility()) return;
        seen.disconnect();
        element.value = text;
        element.dispatchEvent(new Event("input", { bubbles: true }));
      };
      const seen = new MutationObserver(look);
      seen.observe(document.body, { childList: true, subtree: true, attributes: true });
    }, { place: fields[field], text });
  }
}

/** The recipient's application. */
export class Application extends RequestForm {
  constructor(page) {
    super(page);
    this.sheet = new Sheet(page);
  }

  chooseCity(value) {
    return this.page.selectOption(at.city, { value });
  }

  /** Reads a city's rules from a file. */
  chooseRules(path) {
    return this.page.setInputFiles(at.ownRules, path);
  }

  /** Waits until the form has these words. */
  asks(words) {
    return this.says(at.form, words);
  }

  promise() {
    return this.page.check(at.promises);
  }

  /** Wants the footage sealed for this device too, whose keys are made under this passphrase. */
  async forDevice(passphrase) {
    await this.page.check(at.forDevice);
    await this.page.fill(at.devicePassphrase, passphrase);
    await this.page.fill(at.devicePassphraseAgain, passphrase);
  }

  /** Says who signs the promise, and to whom the footage may go on. */
  sign(values) {
    return this.fillIn(promise, values);
  }

  /** Asks for the file, where the page may refuse to make it. */
  tryToMake() {
    return this.page.click(at.make);
  }

  /** Makes the file and keeps it at `to`; gives its path. */
  async make(to) {
    const { path } = await this.handOut(at.make, to);
    return path;
  }

  /** The short number of the file that was made. */
  async number() {
    return (await this.page.textContent(at.done)).match(/照合番号 ((?:[0-9a-f]{4}-){4}[0-9a-f]{4})/)[1];
  }
}
