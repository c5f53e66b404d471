// The page's keys: what each is called in the list, what it does, and in which words.

import { aim } from "../core/selection.js";
import { answers } from "../core/channel.js";
import { ARROWS } from "../panels/pointer.js";
import { settings } from "../core/settings.js";
import { CLEAR, Sheet } from "../canvas/adapter.js";

const sheet = new Sheet();

// acts: by the key that is pressed. Those without are the work of others: see pen.js, pointing.js.
export const SHORTCUTS = [
  { keys: ["Ctrl Z", "Ctrl Y"], words: "undo, redo a stroke" },
  { keys: ["Delete"], words: "clear the sheet", acts: { Delete: () => sheet.press(CLEAR) } },
  {
    keys: ["1", "2", "3"],
    words: "maps of probability, log-probability, logit",
    acts: { 1: () => choose("space", 0), 2: () => choose("space", 1), 3: () => choose("space", 2) },
  },
  { keys: ["S"], words: "colour scale: one for all, each its own", acts: { s: () => next("scale") } },
  { keys: ["N"], words: "the other network", acts: { n: () => next("network") } },
  { keys: ["O"], words: "map over the drawing", acts: { o: overlay } },
  {
    keys: ["\u2190", "\u2191", "\u2193", "\u2192"],
    words: "inspect a pixel, the next one",
    acts: Object.fromEntries(Object.entries(ARROWS).map(([key, step]) => [key, () => move(step)])),
  },
  { keys: ["P"], words: "presentation", acts: { p: present } },
  { keys: ["?"], words: "these keys" },
  { keys: ["Esc"], words: "let go of a pixel, leave the presentation" },
];

export function present() {
  settings.set({ present: settings.latest.present === "1" ? "0" : "1" });
}

// One of Streamlit's own buttons: the page follows as if it had been pressed.
function choose(name, number) {
  options(name)[number]?.click();
}

function next(name) {
  const all = options(name);
  const now = all.findIndex((option) => option.getAttribute("aria-checked") === "true");
  all[(now + 1) % all.length]?.click();
}

function options(name) {
  return [...document.querySelectorAll(`.st-key-${name} [role="radio"]`)];
}

let last = "top";

function overlay() {
  const { overlay: now } = settings.latest;
  if (now) last = now;
  settings.set({ overlay: now ? "" : last });
}

// The layer over the maps takes the arrow keys from then on.
function move(step) {
  const answer = answers.latest;
  if (!answer?.exact || answer.empty) return;
  document.querySelector(".jv-layer")?.focus({ preventScroll: true });
  aim.move(...step, answer);
}
