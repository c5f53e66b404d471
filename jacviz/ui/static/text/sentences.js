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

const ORANGE = "<b class='jv-more'></b> orange";
const BLUE = "<b class='jv-less'></b> blue";
const NUMBERS = "Point at a pixel for its numbers; \u00b1 is a map's largest.";

// What the maps of this answer mean, as HTML; kind is what the server says of their kind.
export function explanation({ method, residual }, kind) {
  if (method === "gradient") {
    return (
      "Each map is one row of the network's Jacobian: a derivative for every pixel of the frame. " +
      `More ink on ${ORANGE} speaks for the digit, on ${BLUE} against it; ` +
      `elsewhere a little ink makes no difference. ${NUMBERS}`
    );
  }
  const sums =
    residual === undefined
      ? ""
      : ` The sums of these ten maps miss it by at most ${significant(residual)}.`;
  return (
    `${kind.meaning}${sums} Ink on ${ORANGE} speaks for the digit, on ${BLUE} against it. ` +
    `${NUMBERS} Captum computes the same maps: <code>pip install "jacviz[attributions]"</code>`
  );
}

export const KEYS =
  "Pixel inspector: the arrow keys choose a pixel of the frame, Escape lets go of it";

export const NOTHING_DRAWN = "Draw a digit first: then this says more of it.";

export const POINT =
  "Point at a pixel, of a map, of the frame or of the drawing, to ask about it. " +
  "A press on a map or the frame holds on to it, the arrow keys move it, Escape lets go.";

export function brushWords(radius) {
  return radius === 0 ? "this pixel alone" : `a round brush, ${2 * radius + 1} pixels across`;
}

export function amountWords(amount, [least, most]) {
  const room = `${signed(least, 2)} to ${signed(most, 2)}`;
  return amount < least || amount > most ? `No such ink: only ${room}.` : `Possible: ${room}.`;
}

// As HTML.
export function forAndAgainst(a, b) {
  return `More ink on ${ORANGE} speaks for ${a} and against ${b}, on ${BLUE} for ${b} and against ${a}.`;
}

export function oddsWords(odds, a, b) {
  const ratio = significant(Math.exp(Math.abs(odds)), 3);
  const words = odds < 0 ? `${b} is ${ratio} times as likely as ${a}` : `${a} is ${ratio} times as likely as ${b}`;
  return `log(p(${a}) / p(${b})) = ${signed(odds)}: ${words}.`;
}

// value: the log-odds' derivative, written out; both are null where no pixel is pointed at.
export function hereWords(pixel, value) {
  if (!pixel) return "The colours are the change of these log-odds per unit of ink.";
  return `Row ${pixel.row}, column ${pixel.column}: ${value} per unit of ink.`;
}

export function wayWords({ probabilities, labels }, target, step, steps) {
  return `Step ${step} of ${steps}: ${labels[target]} has ${percent(probabilities[target])}.`;
}

// size: L1, L2 and the largest change of a pixel.
export function sizeWords([l1, l2, largest]) {
  const [one, two, most] = [l1, l2, largest].map((size) => significant(size, 3));
  return `L1 ${one}, L2 ${two}, largest ${most}`;
}

export function endWords({ target, flipped, answers }, labels) {
  const name = labels[target];
  const steps = answers.length - 1;
  if (!flipped) return `No ${name} in ${steps} steps, within paper and full ink.`;
  return steps ? `It flips to ${name} in ${steps} step${steps > 1 ? "s" : ""}.` : `It is a ${name} already.`;
}

export function pathWords({ target, answers }, labels) {
  const [first, last] = [answers[0], answers.at(-1)].map(({ probabilities }) => percent(probabilities[target]));
  return `All probabilities step by step; that of ${labels[target]} goes from ${first} to ${last}`;
}

export const CHECK =
  "Each derivative anew, by moving its pixel's ink up and down, in double precision.";

export function checkWords({ passed, failures, checked, total, kinks, answer }, stale) {
  const where = `${checked} of ${total} pixels`;
  const verdict = passed ? `Correct at ${where}` : `WRONG at ${failures} of ${where} checked`;
  const kinked = kinks ? `${kinks} on a kink, without a derivative` : "no kinks";
  const gradient = answer.method === "gradient" ? "" : " This is the gradient that these maps are made of.";
  return `${stale ? "Of an earlier drawing or view: " : ""}${verdict}, ${kinked}.${gradient}`;
}

export function placeWords({ worst, output, pixel }, labels) {
  if (output === null) return "";
  const place = `digit ${labels[output]}, row ${pixel[0]}, column ${pixel[1]}`;
  return `Worst error: ${significant(worst)} of the largest derivative, at ${place}.`;
}

export function restWords({ directions, along, sums, tolerance }) {
  return (
    `Along ${directions} random changes of all pixels ${significant(along)}; ` +
    `sums that must be 0: ${significant(sums)}; allowed ${significant(tolerance)}.`
  );
}

export function inkWords(ink) {
  if (ink === 0) return "0, paper";
  return ink === 1 ? "1, full" : ink.toFixed(3);
}

// Rounding alone keeps the probabilities' sum from zero.
export function sumWords(space, sum) {
  if (space !== "probability") return signed(sum);
  return sum === 0 ? "0" : `0, but for rounding (${signed(sum, 1)})`;
}

export function pixelWords({ labels, method }, derivatives, { row, column }, pinned) {
  const place = `Row ${row}, column ${column}`;
  const ends = pinned ? "" : " Press to hold on to it.";
  const ink = ["gradient", "smoothgrad"].includes(method) ? "a little more ink" : "the ink here";
  if (derivatives.every((derivative) => derivative === 0)) {
    return `${place}: ${ink} makes no difference.${ends}`;
  }
  const most = labels[derivatives.indexOf(Math.max(...derivatives))];
  const least = labels[derivatives.indexOf(Math.min(...derivatives))];
  return `${place}: ${ink} speaks most for ${most}, most against ${least}.${ends}`;
}

export function sentence(answer) {
  if (answer.empty) return `The sheet is empty. ${INVITATION}`;
  const { labels, probabilities, top, space, network, method, saturated, changed } = answer;
  if (changed) {
    const { step, steps, target } = changed;
    const what = "changed by the network's gradient, not your drawing";
    return `Step ${step} of ${steps} towards ${target}, ${what}: ${likeliest(answer)}.`;
  }
  if (!saturated) return `The ${network} network reads ${likeliest(answer)}.`;
  const sure = `Saturated: the ${network} network gives ${labels[top]} ${percent(probabilities[top])}`;
  // What the whole drawing changed is no matter of what a little more ink would.
  if (method === "integrated-gradients") return `${sure}.`;
  return space === "probability"
    ? `${sure}, so no pixel moves a probability by much. Logits show more.`
    : `${sure}, so no pixel moves a probability by much.`;
}

// What a person would say of the sheet, and of the frame of it.
export function sheetWords(answer) {
  const use = "The sheet, to draw on with mouse, pen or finger";
  if (answer.empty) return `${use}. It is empty. Open has digits to begin with.`;
  return `${use}. ${sentence(answer)}`;
}

export function frameWords(answer) {
  const { empty, labels, top, probabilities, height, width, frame } = answer;
  if (empty) return "An empty frame";
  const inked = frame.reduce((count, ink) => count + (ink > 0), 0);
  return (
    `The drawing, framed to ${width} by ${height} pixels, ${inked} of them inked: ` +
    `read as ${labels[top]} (${percent(probabilities[top])})`
  );
}

export function trouble(reason) {
  return `No answer at the moment; your drawing is kept and asked about again. ${reason}`;
}

export function description(answer, kind) {
  if (answer.empty) return "Ten empty maps: nothing is drawn yet.";
  const maps = answer.labels.map(
    (label, k) => `${label}: ${percent(answer.probabilities[k])}, at most ${significant(answer.largest[k])}`,
  );
  return (
    `Ten maps, one for each digit. ${kind.label}: ${kind.meaning} The output is the ` +
    `${SPACES[answer.space].name}. ${sentence(answer)} ` +
    `Digit, probability and largest ${kind.units[answer.space]}: ${maps.join("; ")}.`
  );
}

export function caption(unit, shared) {
  return shared
    ? `${unit}, one scale for all maps`
    : `${unit}, as a share of each map's own maximum`;
}

function likeliest({ labels, probabilities, top }) {
  const second = runnerUp(probabilities, top);
  const words = (k) => `${labels[k]} (${percent(probabilities[k])})`;
  return `${words(top)}, then ${words(second)}`;
}

export function runnerUp(probabilities, top) {
  let best = -1;
  probabilities.forEach((p, k) => {
    if (k !== top && (best < 0 || p > probabilities[best])) best = k;
  });
  return best;
}
