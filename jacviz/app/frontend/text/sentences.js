/**
 * Sentences about an answer: what a person beside the screen would say.
 */

/** @import { TextPart } from "../core/elements.js" */
/** @import { Answer, AttributionText, ModelText, OutputSpace, Pixel } from "../core/types.js" */

import { BLUE, ORANGE, SPACES, capitalise, invitation, modelOf } from "./messages.js";
import { inWords, percent, signed, significant } from "./numbers.js";

const NUMBERS = "Point at a pixel for its numbers; \u00b1 is a map's largest.";

// Attributions whose values are of a little more ink, not of the ink that is there.
const LOCAL_METHODS = ["gradient", "smoothgrad"];

/**
 * What the maps mean.
 *
 * @param {Pick<Answer, "method" | "residual">} answer
 * @param {AttributionText} attribution
 * @param {ModelText} model
 * @returns {TextPart[]}
 */
export function explanation({ method, residual }, attribution, { noun, classes }) {
  if (method === "gradient") {
    return [
      "Each map is one row of the network's Jacobian: a derivative for every pixel of the frame. " +
        "More ink on ",
      ...ORANGE,
      ` speaks for the ${noun}, on `,
      ...BLUE,
      ` against it; elsewhere a little ink makes no difference. ${NUMBERS}`,
    ];
  }
  const sums =
    residual === undefined
      ? ""
      : ` The sums of these ${inWords(classes)} maps miss it by at most ${significant(residual)}.`;
  return [
    `${attribution.meaning}${sums} Ink on `,
    ...ORANGE,
    ` speaks for the ${noun}, on `,
    ...BLUE,
    ` against it. ${NUMBERS} Captum computes the same maps: `,
    { code: 'pip install "jacviz[attributions]"' },
  ];
}

/**
 * What the network makes of the drawing.
 *
 * @param {Answer} answer
 */
export function reading(answer) {
  if (answer.empty) return `The canvas is empty. ${invitation(modelOf(answer))}`;
  const { labels, probabilities, top, space, network, method, saturated, changed } = answer;
  if (changed) {
    const { step, steps, target } = changed;
    const what = "changed by the network's gradient, not your drawing";
    return `Step ${step} of ${steps} towards ${target}, ${what}: ${twoLikeliest(answer)}.`;
  }
  if (!saturated) return `The ${network} network reads ${twoLikeliest(answer)}.`;
  const sure = `Saturated: the ${network} network gives ${labels[top]} ${percent(probabilities[top])}`;
  // What the whole drawing changed is no matter of what a little more ink would.
  if (method === "integrated-gradients") return `${sure}.`;
  return space === "probability"
    ? `${sure}, so no pixel moves a probability by much. Logits show more.`
    : `${sure}, so no pixel moves a probability by much.`;
}

/**
 * The text alternative of the canvas.
 *
 * @param {Answer} answer
 * @param {object} page
 * @param {boolean} page.samples Whether it has drawings to begin with.
 */
export function canvasDescription(answer, { samples }) {
  const use = "The canvas, to draw on with mouse, pen or finger";
  if (answer.empty) {
    return `${use}. It is empty.${samples ? " Open has digits to begin with." : ""}`;
  }
  return `${use}. ${reading(answer)}`;
}

/**
 * The text alternative of the frame.
 *
 * @param {Answer} answer
 */
export function frameDescription(answer) {
  const { empty, labels, top, probabilities, height, width, frame } = answer;
  if (empty) return "An empty frame";
  const inked = frame.reduce((count, ink) => count + (ink > 0 ? 1 : 0), 0);
  return (
    `The drawing, framed to ${width} by ${height} pixels, ${inked} of them inked: ` +
    `read as ${labels[top]} (${percent(probabilities[top])})`
  );
}

/**
 * The text alternative of the maps.
 *
 * @param {Answer} answer
 * @param {AttributionText} attribution
 */
export function mapsDescription(answer, attribution) {
  const count = capitalise(inWords(answer.labels.length));
  if (answer.empty) return `${count} empty maps: nothing is drawn yet.`;
  const maps = answer.labels.map((label, k) => {
    const largest = significant(answer.largest[k]);
    return `${label}: ${percent(answer.probabilities[k])}, at most ${largest}`;
  });
  return (
    `${count} maps, one for each ${answer.noun}. ` +
    `${attribution.label}: ${attribution.meaning} The output is the ` +
    `${SPACES[answer.space].name}. ${reading(answer)} ` +
    `${capitalise(answer.noun)}, probability and largest ${attribution.units[answer.space]}: ${maps.join("; ")}.`
  );
}

/**
 * Below the colour bar.
 *
 * @param {string} unit
 * @param {boolean} shared Whether all maps have one scale.
 */
export function scaleCaption(unit, shared) {
  return shared
    ? `${unit}, one scale for all maps`
    : `${unit}, as a share of each map's own maximum`;
}

/**
 * What one pixel does.
 *
 * @param {Pick<Answer, "labels" | "method">} answer
 * @param {number[]} values One for each class.
 * @param {Pixel} pixel
 * @param {boolean} pinned
 */
export function pixelSentence({ labels, method }, values, { row, column }, pinned) {
  const place = `Row ${row}, column ${column}`;
  const hint = pinned ? "" : " Press to hold on to it.";
  const ink = LOCAL_METHODS.includes(method) ? "a little more ink" : "the ink here";
  if (values.every((value) => value === 0)) return `${place}: ${ink} makes no difference.${hint}`;
  const most = labels[values.indexOf(Math.max(...values))];
  const least = labels[values.indexOf(Math.min(...values))];
  return `${place}: ${ink} speaks most for ${most}, most against ${least}.${hint}`;
}

/** @param {number} ink From 0 to 1. */
export function inkText(ink) {
  if (ink === 0) return "0, paper";
  return ink === 1 ? "1, full" : ink.toFixed(3);
}

/**
 * The sum of one pixel's derivatives: rounding alone keeps the probabilities' from zero.
 *
 * @param {OutputSpace} space
 * @param {number} sum
 */
export function sumText(space, sum) {
  if (space !== "probability") return signed(sum);
  return sum === 0 ? "0" : `0, but for rounding (${signed(sum, 1)})`;
}

/**
 * @param {ArrayLike<number>} probabilities
 * @param {number} top Index of the most likely class.
 * @returns {number} Index of the second most likely one; -1 where there is none.
 */
export function runnerUp(probabilities, top) {
  let best = -1;
  for (let k = 0; k < probabilities.length; k++) {
    if (k !== top && (best < 0 || probabilities[k] > probabilities[best])) best = k;
  }
  return best;
}

/** @param {Answer} answer */
function twoLikeliest({ labels, probabilities, top }) {
  /** @type {(k: number) => string} */
  const words = (k) => `${labels[k]} (${percent(probabilities[k])})`;
  const second = runnerUp(probabilities, top);
  return second < 0 ? words(top) : `${words(top)}, then ${words(second)}`;
}
