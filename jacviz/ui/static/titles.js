// Each map's title and frame: digit, probability, the map's own maximum; laid over the mosaic.

import { percent, significant } from "./numbers.js";

export class Titles {
  constructor(root, mosaic) {
    this.mosaic = mosaic;
    this.cards = Array.from({ length: mosaic.count }, () => {
      const card = document.createElement("div");
      card.className = "jv-card";
      card.innerHTML =
        '<div class="jv-title"><b></b><span class="jv-p"></span><span class="jv-max"></span></div>' +
        '<div class="jv-edge"></div>';
      root.append(card);
      return card;
    });
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

  paint(answer, maxima) {
    this.cards.forEach((card, k) => {
      const [label, probability, maximum] = card.firstChild.children;
      label.textContent = answer.labels[k];
      probability.textContent = answer.empty ? "" : percent(answer.probabilities[k]);
      maximum.textContent = answer.empty ? "" : `\u00b1${significant(maxima[k])}`;
      maximum.title = "the largest derivative in this map, either sign";
      card.toggleAttribute("data-top", !answer.empty && k === answer.top);
    });
  }
}
