/**
 * The numbers that change with each answer, laid over the figure: each map's label, probability
 * and own maximum, and the texts of the colour bar. Plotly takes ten times as long for text.
 */

/** @import { Answer, AttributionText } from "../core/types.js" */
/** @import { Mosaic } from "./mosaic.js" */

import { create, find, fromMarkup, markLong } from "../core/elements.js";
import { percent, signed, significant } from "../text/numbers.js";
import { scaleCaption } from "../text/sentences.js";
import { COLOUR_BAR } from "./figure.js";

const TICKS = [-1, -0.5, 0, 0.5, 1]; // shares of full colour
const OWN_SCALE_TICKS = ["\u2212max", "", "0", "", "+max"];
const FONT_PX = { min: 11, max: 15, cells: 2.4 };

export class Titles {
  /**
   * @param {HTMLElement} root
   * @param {Mosaic} mosaic
   */
  constructor(root, mosaic) {
    this.mosaic = mosaic;
    this.cards = Array.from({ length: mosaic.count }, () => {
      const card = fromMarkup(
        '<div class="jv-card"><div class="jv-title"><b></b><span class="jv-p"></span>' +
          '<span class="jv-max"></span></div><div class="jv-edge"></div></div>',
      );
      root.append(card);
      return {
        card,
        label: find(card, "b", HTMLElement),
        probability: find(card, ".jv-p", HTMLElement),
        maximum: find(card, ".jv-max", HTMLElement),
      };
    });
    this.ticks = TICKS.map((tick) => {
      const label = create("div", { className: "jv-tick" });
      const at = COLOUR_BAR.from + ((COLOUR_BAR.to - COLOUR_BAR.from) * (tick + 1)) / 2;
      label.style.left = `${100 * at}%`;
      label.toggleAttribute("data-between", Math.abs(tick) === 0.5);
      return label;
    });
    this.caption = create("div", { className: "jv-caption" });
    root.append(...this.ticks, this.caption);
  }

  dispose() {
    for (const { card } of this.cards) card.remove();
    for (const part of [...this.ticks, this.caption]) part.remove();
  }

  /** @param {number} width Of the mosaic, in pixels. */
  place(width) {
    const { mosaic } = this;
    const cell = width / mosaic.width;
    const font = Math.min(FONT_PX.max, Math.max(FONT_PX.min, FONT_PX.cells * cell));
    this.cards.forEach(({ card }, k) => {
      const { left, top } = mosaic.corner(k);
      Object.assign(card.style, {
        left: `${left * cell}px`,
        top: `${top * cell}px`,
        width: `${mosaic.mapWidth * cell}px`,
        height: `${(mosaic.mapHeight + mosaic.titleHeight) * cell}px`,
        fontSize: `${font}px`,
      });
      card.style.setProperty("--title", `${mosaic.titleHeight * cell}px`);
    });
  }

  /**
   * @param {Answer} answer
   * @param {AttributionText} attribution
   * @param {number | null} limit What full colour means; null where each map has its own scale.
   */
  paint(answer, attribution, limit) {
    const { empty, labels, probabilities, largest, top } = answer;
    this.caption.textContent = scaleCaption(attribution.units[answer.space], limit !== null);
    this.cards.forEach(({ card, label, probability, maximum }, k) => {
      label.textContent = labels[k];
      markLong(label, [labels[k]]);
      probability.textContent = empty ? "" : percent(probabilities[k]);
      maximum.textContent = empty ? "" : `\u00b1${significant(largest[k])}`;
      card.toggleAttribute("data-top", !empty && k === top);
    });
    this.ticks.forEach((label, i) => {
      if (limit === null) label.textContent = OWN_SCALE_TICKS[i];
      else label.textContent = empty && TICKS[i] ? "" : signed(TICKS[i] * limit, 2);
    });
  }
}
