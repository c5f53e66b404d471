/** @import { TextPart } from "../core/elements.js" */

/** What the page says that depends on nothing. */

export const INVITATION =
  "Draw a digit on the sheet, with a mouse, pen or finger. " +
  "Ten maps will show how each pixel moves each answer.";

export const KEYS_HELP =
  "Pixel inspector: the arrow keys choose a pixel of the frame, Escape lets go of it";

export const NOTHING_DRAWN = "Draw a digit first: then this says more of it.";

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

/** @param {string} reason */
export function troubleMessage(reason) {
  return `No answer at the moment; your drawing is kept and asked about again. ${reason}`;
}
