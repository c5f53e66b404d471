// The numbers that change with each answer, laid over the figure: each map's digit, probability
// and own maximum, and the words of the colour bar. Plotly takes ten times as long for text.

import { BAR } from "./figure.js";
import { percent, signed, significant } from "../text/numbers.js";
import { caption } from "../text/sentences.js";

const TICKS = [-1, -0.5, 0, 0.5, 1];

export class Titles {
  constructor(root, mosaic) {
    this.mosaic = mosaic;
    this.cards = Array.from({ length: mosaic.count }, () => {
      const card = add(root, "jv-card");
      card.innerHTML =
        '<div class="jv-title"><b></b><span class="jv-p"></span><span class="jv-max"></span></div>' +
        '<div class="jv-edge"></div>';
      return card;
    });
    this.ticks = TICKS.map((tick) => {
      const label = add(root, "jv-tick");
      label.style.left = `${100 * (BAR.from + ((BAR.to - BAR.from) * (tick + 1)) / 2)}%`;
      return label;
    });
    this.caption = add(root, "jv-caption");
  }

  place(width) {
    const { mosaic } = this;
    const cell = width / mosaic.width;
    this.cards.forEach((card, k) => {
      const { left, top } = mosaic.corner(k);
      Object.assign(card.style, {
        left: `${left * cell}px`,
        top: `${top * cell}px`,
        width: `${mosaic.mapWidth * cell}px`,
        height: `${(mosaic.mapHeight + mosaic.titleHeight) * cell}px`,
        fontSize: `${Math.min(15, Math.max(11, 2.4 * cell))}px`,
      });
      card.style.setProperty("--title", `${mosaic.titleHeight * cell}px`);
    });
  }

  // kind: what the maps are. limit: what full colour means, where that is the same for all maps; null where it is not.
  paint(answer, kind, limit) {
    this.caption.textContent = caption(kind.units[answer.space], limit !== null);
    this.cards.forEach((card, k) => {
      const [label, probability, maximum] = card.firstChild.children;
      label.textContent = answer.labels[k];
      probability.textContent = answer.empty ? "" : percent(answer.probabilities[k]);
      maximum.textContent = answer.empty ? "" : `\u00b1${significant(answer.largest[k])}`;
      card.toggleAttribute("data-top", !answer.empty && k === answer.top);
    });
    this.ticks.forEach((label, i) => {
      if (limit === null) label.textContent = ["\u2212max", "", "0", "", "+max"][i];
      else label.textContent = answer.empty && TICKS[i] ? "" : signed(TICKS[i] * limit, 2);
    });
  }
}

function add(root, name) {
  const element = document.createElement("div");
  element.className = name;
  root.append(element);
  return element;
}
