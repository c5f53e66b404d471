// The sentences of the page: what a person beside the screen would say.

import { percent, signed, significant } from "./numbers.js";

export const SPACES = {
  probability: { symbol: "p", name: "probability" },
  "log-probability": { symbol: "log p", name: "log-probability" },
  logit: { symbol: "z", name: "logit" },
};

export const INVITATION =
  "Draw a digit on the sheet, with a mouse, pen or finger. " +
  "Ten maps will show how each pixel moves each answer.";

export const READING_A_MAP =
  "Each map is one row of the network's Jacobian: a derivative for every pixel of the frame. " +
  "More ink on <b class='jv-more'></b> orange speaks for the digit, on " +
  "<b class='jv-less'></b> blue against it; elsewhere a little ink makes no difference. " +
  "Point at a pixel for its numbers; \u00b1 is a map's largest.";

export const KEYS =
  "Pixel inspector: the arrow keys choose a pixel of the frame, Escape lets go of it";

export function inkWords(ink) {
  if (ink === 0) return "0, paper";
  return ink === 1 ? "1, full" : ink.toFixed(3);
}

// Rounding alone keeps the probabilities' sum from zero.
export function sumWords(space, sum) {
  if (space !== "probability") return signed(sum);
  return sum === 0 ? "0" : `0, but for rounding (${signed(sum, 1)})`;
}

export function pixelWords(labels, derivatives, { row, column }, pinned) {
  const place = `Row ${row}, column ${column}`;
  const ends = pinned ? "" : " Press to hold on to it.";
  if (derivatives.every((derivative) => derivative === 0)) {
    return `${place}: a little more ink makes no difference.${ends}`;
  }
  const most = labels[derivatives.indexOf(Math.max(...derivatives))];
  const least = labels[derivatives.indexOf(Math.min(...derivatives))];
  return `${place}: a little more ink speaks most for ${most}, most against ${least}.${ends}`;
}

export function sentence(answer) {
  if (answer.empty) return `The sheet is empty. ${INVITATION}`;
  const { labels, probabilities, top, space, saturated } = answer;
  if (!saturated) {
    const second = runnerUp(probabilities, top);
    return (
      `The network reads ${labels[top]} (${percent(probabilities[top])}), ` +
      `then ${labels[second]} (${percent(probabilities[second])}).`
    );
  }
  const sure = `Saturated: the network gives ${labels[top]} ${percent(probabilities[top])}, `;
  return space === "probability"
    ? `${sure}so no pixel moves a probability by much. Logits show more.`
    : `${sure}so no pixel moves a probability by much.`;
}

export function trouble(reason) {
  return `No answer at the moment; your drawing is kept and asked about again. ${reason}`;
}

export function description(answer) {
  if (answer.empty) return "Ten empty maps: nothing is drawn yet.";
  const maps = answer.labels.map(
    (label, k) => `${label}: ${percent(answer.probabilities[k])}, at most ${significant(answer.largest[k])}`,
  );
  return (
    `Ten maps of how each pixel's ink changes each digit's ${SPACES[answer.space].name}. ` +
    `${sentence(answer)} Digit, probability and largest derivative: ${maps.join("; ")}.`
  );
}

export function caption(space, shared) {
  const unit = `change of ${SPACES[space].name} per unit of ink`;
  return shared
    ? `${unit}, one scale for all maps`
    : `${unit}, as a share of each map's own maximum`;
}

function runnerUp(probabilities, top) {
  let best = -1;
  probabilities.forEach((p, k) => {
    if (k !== top && (best < 0 || p > probabilities[best])) best = k;
  });
  return best;
}
