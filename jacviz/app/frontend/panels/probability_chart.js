import { create, createSvg, markLong } from "../core/elements.js";

const LIKELY = 0.1; // a class that was ever as likely is drawn stronger, with its name at the end
const NAME_DISTANCE_PX = 13;
const DEFAULT_HEIGHT_PX = 38;

/**
 * @typedef {object} ChartPoint
 * @property {number} x From 0 to 1.
 * @property {ArrayLike<number> & Iterable<number>} probabilities
 */

/** The probabilities of all classes as lines, with the likely ones' names at their ends. */
export class ProbabilityChart {
  /**
   * @param {SVGSVGElement} root
   * @param {HTMLElement} names The place beside it.
   */
  constructor(root, names) {
    this.root = root;
    this.names = names;
    root.setAttribute("viewBox", "0 0 1 1");
    root.setAttribute("preserveAspectRatio", "none");
    root.setAttribute("role", "img");
  }

  /**
   * @param {ChartPoint[]} points
   * @param {object} options
   * @param {string[]} options.labels
   * @param {number} options.top Index of the class to show best; -1 for none.
   * @param {number} options.at Where to draw a line across.
   * @param {boolean} options.dots Whether each point is marked.
   */
  paint(points, { labels, top, at, dots }) {
    this.root.replaceChildren(
      ...labels.map((_, k) => {
        const places = points.map(({ x, probabilities }) => ({ x, y: 1 - probabilities[k] }));
        const line = places.map(({ x, y }) => `${x},${y}`).join(" ");
        const group = createSvg("g", {}, createSvg("polyline", { points: line }));
        if (dots)
          group.append(...places.map(({ x, y }) => createSvg("path", { d: `M${x} ${y}h0` })));
        const likely = points.some(({ probabilities }) => probabilities[k] >= LIKELY);
        group.toggleAttribute("data-top", k === top);
        group.toggleAttribute("data-named", k !== top && likely);
        return group;
      }),
      createSvg("line", { x1: at, x2: at, y1: 0, y2: 1 }),
    );
    this.#setNames(labels, points.at(-1)?.probabilities ?? [], top);
  }

  /** @param {string} text Its text alternative. */
  describe(text) {
    this.root.setAttribute("aria-label", text);
  }

  /**
   * @param {string[]} labels
   * @param {Iterable<number>} probabilities At the end.
   * @param {number} top
   */
  #setNames(labels, probabilities, top) {
    const height = this.root.clientHeight || DEFAULT_HEIGHT_PX;
    markLong(this.names, labels);
    this.names.replaceChildren(
      ...namePlaces([...probabilities], height).map(({ k, y }) => {
        const name = create("b", {}, labels[k]);
        name.style.top = `${y}px`;
        name.toggleAttribute("data-top", k === top);
        return name;
      }),
    );
  }
}

/**
 * Where the names of likely classes stand, none on top of another; those that would stand below
 * the chart are left out.
 *
 * @param {number[]} probabilities
 * @param {number} height Of the chart, in pixels.
 * @returns {{ k: number, y: number }[]} The most likely first.
 */
export function namePlaces(probabilities, height) {
  let last = -Infinity;
  return probabilities
    .map((p, k) => ({ k, p }))
    .filter(({ p }) => p >= LIKELY)
    .sort((one, other) => other.p - one.p)
    .map(({ k, p }) => {
      last = Math.max((1 - p) * height, last + NAME_DISTANCE_PX);
      return { k, y: last };
    })
    .filter(({ y }) => y <= height + NAME_DISTANCE_PX);
}
