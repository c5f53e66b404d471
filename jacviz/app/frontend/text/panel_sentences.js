/**
 * Sentences of the panels below the maps, each about what the server found.
 */

/** @import { TextPart } from "../core/elements.js" */
/** @import { Answer, Ascent, Pixel } from "../core/types.js" */

import { BLUE, ORANGE } from "./messages.js";
import { percent, signed, significant } from "./numbers.js";

/**
 * What the server says of a check, as JSON; jacviz/server/handlers.py.
 *
 * @typedef {object} CheckReport
 * @property {boolean} passed
 * @property {number} total Pixels of the frame.
 * @property {number} checked Pixels that were checked.
 * @property {number} failures
 * @property {number} kinks Places without a derivative.
 * @property {number} worst Error, relative to the largest derivative.
 * @property {number | null} output Index of the class with the worst error.
 * @property {[number, number]} pixel Its row and column.
 * @property {number} directions
 * @property {number} along Worst error along them.
 * @property {number} sums
 * @property {number} tolerance
 */

/** @param {number} radius */
export function brushTitle(radius) {
  return radius === 0 ? "this pixel alone" : `a round brush, ${2 * radius + 1} pixels across`;
}

/**
 * @param {number} amount Of ink added.
 * @param {[number, number]} room From how much to how much it is possible.
 */
export function amountNote(amount, [least, most]) {
  const room = `${signed(least, 2)} to ${signed(most, 2)}`;
  return amount < least || amount > most ? `No such ink: only ${room}.` : `Possible: ${room}.`;
}

/**
 * @param {string[]} names Of the classes that are shown.
 * @param {number} limit Largest change of a probability.
 */
export function whatIfDescription(names, limit) {
  return (
    `Change of the probabilities of ${names.join(", ")} against the ink added, ` +
    `up to ${signed(limit, 2)}: ` +
    "dashed straight lines as predicted, curves as the network really answers"
  );
}

/**
 * @param {string} a
 * @param {string} b
 * @returns {TextPart[]}
 */
export function forAndAgainst(a, b) {
  return [
    "More ink on ",
    ...ORANGE,
    ` speaks for ${a} and against ${b}, on `,
    ...BLUE,
    ` for ${b} and against ${a}.`,
  ];
}

/**
 * @param {number} odds log(p(a) / p(b)).
 * @param {string} a
 * @param {string} b
 */
export function oddsSentence(odds, a, b) {
  const ratio = significant(Math.exp(Math.abs(odds)), 3);
  const [likelier, other] = odds < 0 ? [b, a] : [a, b];
  return `log(p(${a}) / p(${b})) = ${signed(odds)}: ${likelier} is ${ratio} times as likely as ${other}.`;
}

/**
 * @param {Pixel | null} pixel
 * @param {number | null} derivative Of the log-odds; null where no pixel is selected.
 */
export function oddsAtPixel(pixel, derivative) {
  if (!pixel || derivative === null) {
    return "The colours are the change of these log-odds per unit of ink.";
  }
  return `Row ${pixel.row}, column ${pixel.column}: ${signed(derivative)} per unit of ink.`;
}

/**
 * @param {Pick<Answer, "probabilities" | "labels">} answer To the image of that step.
 * @param {number} target
 * @param {number} step
 * @param {number} steps
 */
export function stepSentence({ probabilities, labels }, target, step, steps) {
  return `Step ${step} of ${steps}: ${labels[target]} has ${percent(probabilities[target])}.`;
}

/** @param {[number, number, number]} sizes L1, L2 and largest change of a pixel. */
export function changeSizes(sizes) {
  const [l1, l2, largest] = sizes.map((size) => significant(size, 3));
  return `L1 ${l1}, L2 ${l2}, largest ${largest}`;
}

/**
 * @param {Pick<Ascent, "target" | "flipped"> & { answers: unknown[] }} ascent
 * @param {string[]} labels
 */
export function ascentResult({ target, flipped, answers }, labels) {
  const name = labels[target];
  const steps = answers.length - 1;
  if (!flipped) return `No ${name} in ${steps} steps, within paper and full ink.`;
  if (!steps) return `It is a ${name} already.`;
  return `It flips to ${name} in ${steps} step${steps > 1 ? "s" : ""}.`;
}

/**
 * @param {Ascent} ascent
 * @param {string[]} labels
 */
export function ascentDescription({ target, answers }, labels) {
  const [first, last] = [answers[0], answers[answers.length - 1]].map(({ probabilities }) =>
    percent(probabilities[target]),
  );
  return `All probabilities step by step; that of ${labels[target]} goes from ${first} to ${last}`;
}

/**
 * @param {CheckReport} report
 * @param {Pick<Answer, "method">} answer What was checked.
 * @param {boolean} stale Whether something else is shown since.
 */
export function checkVerdict({ passed, failures, checked, total, kinks }, answer, stale) {
  const where = `${checked} of ${total} pixels`;
  const verdict = passed ? `Correct at ${where}` : `WRONG at ${failures} of ${where} checked`;
  const kinked = kinks ? `${kinks} on a kink, without a derivative` : "no kinks";
  const gradient =
    answer.method === "gradient" ? "" : " This is the gradient that these maps are made of.";
  const whose = stale ? "Of an earlier drawing or view: " : "";
  return `${whose}${verdict}, ${kinked}.${gradient}`;
}

/**
 * @param {CheckReport} report
 * @param {Pick<Answer, "labels" | "noun">} answer What was checked.
 */
export function worstError({ worst, output, pixel }, { labels, noun }) {
  if (output === null) return "";
  const place = `${noun} ${labels[output]}, row ${pixel[0]}, column ${pixel[1]}`;
  return `Worst error: ${significant(worst)} of the largest derivative, at ${place}.`;
}

/** @param {CheckReport} report */
export function checkDetails({ directions, along, sums, tolerance }) {
  return (
    `Along ${directions} random changes of all pixels ${significant(along)}; ` +
    `sums that must be 0: ${significant(sums)}; allowed ${significant(tolerance)}.`
  );
}
