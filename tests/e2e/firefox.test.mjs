// The main journeys of both doors in Firefox.
import { after, test } from "node:test";
import { Firefox } from "./firefox.mjs";
import { issuer, recipient, served } from "./main-journeys.mjs";
import { Office } from "./office.mjs";

const office = new Office();
after(() => office.remove());

test("a recipient opens, watches, steps, takes a still and reports", () => Firefox.use((browser) => recipient(browser, office)));

test("an office founds, records, grants, seals, and confirms what comes back", () => Firefox.use((browser) => issuer(browser, office)));

test("what `fuin view` gives out is watched and reported on", () => Firefox.use((browser) => served(browser, office)));
