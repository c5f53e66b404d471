/** @import { TextPart } from "../core/elements.js" */
/** @import { Answer, ModelText } from "../core/types.js" */

import { inWords, significant } from "./numbers.js";

/** What the page says that depends on no numbers. */

/** @param {ModelText} model */
export function invitation({ noun, classes }) {
  const maps = `${capitalise(inWords(classes))} map${classes === 1 ? "" : "s"}`;
  return (
    `Draw ${subject(noun)} on the canvas, with a mouse, pen or finger. ` +
    `${maps} will show how each pixel moves each answer.`
  );
}

export const KEYS_HELP =
  "Pixel inspector: the arrow keys choose a pixel of the frame, Escape lets go of it";

/** @param {string} noun What each label names. */
export function nothingDrawn(noun) {
  return `Draw ${subject(noun)} first: then this says more of it.`;
}

export const POINT_AT_PIXEL =
  "Point at a pixel, of a map, of the frame or of the drawing, to ask about it. " +
  "A press on a map or the frame holds on to it, the arrow keys move it, Escape lets go.";

export const CHECK_HELP =
  "Each derivative anew, by moving its pixel's ink up and down, in double precision.";

export const CHANGE_LEGEND = "What was changed: orange is ink added, blue is ink taken away";

/** @type {TextPart[]} */
export const ORANGE = [{ swatch: "more" }, " orange"];
/** @type {TextPart[]} */
export const BLUE = [{ swatch: "less" }, " blue"];

/** @type {Record<import("../core/types.js").OutputSpace, { symbol: string, name: string }>} */
export const SPACES = {
  probability: { symbol: "p", name: "probability" },
  "log-probability": { symbol: "log p", name: "log-probability" },
  logit: { symbol: "z", name: "logit" },
};

/**
 * @param {Pick<Answer, "noun" | "labels">} answer
 * @returns {ModelText} The model that gave it.
 */
export function modelOf({ noun, labels }) {
  return { noun, classes: labels.length };
}

/** @param {string} text */
export function capitalise(text) {
  return text[0].toUpperCase() + text.slice(1);
}

/**
 * What a person draws, as `Model.subject` in jacviz/models/model.py has it: "a digit".
 *
 * @param {string} noun What each label names.
 */
function subject(noun) {
  if (noun === "class") return "an image of one class";
  return `${/^[aeiou]/i.test(noun) ? "an" : "a"} ${noun}`;
}

/** @param {string} reason */
export function troubleMessage(reason) {
  return `No answer at the moment; your drawing is kept and asked about again. ${reason}`;
}

export const SERVER_AWAY = "The server does not answer: computed in this browser.";

/** @param {string | null} reason Why not in the browser, where that is a failure. */
export function serverComputesNote(reason) {
  return reason ? `Computed by the server: ${reason}` : "Computed by the server";
}

/** @param {string | null} reason */
export function notComputedMessage(reason) {
  return `This browser cannot compute the maps: ${reason}`;
}

/** @param {number} share Of the largest number. */
export function disagreementNote(share) {
  return (
    `This browser's numbers differ from the server's by ${significant(100 * share, 2)}%: ` +
    "the server's are shown."
  );
}
