// Where a page is: a file, or what a program of this PC gives out.
import { pathToFileURL } from "node:url";

/** The address of a page, given by its file or its address. */
export const addressOf = (page) => (page.startsWith("http:") ? page : pathToFileURL(page).href);
