// The component `reading`: the frame the network sees, and the probability of each class.

import { targets } from "../core/selection.js";
import { answers } from "../core/channel.js";
import { component } from "../core/mount.js";
import { paintInk } from "../maps/ink_image.js";
import { percent } from "../text/numbers.js";
import { FrameTarget } from "../maps/targets.js";
import { frameWords } from "../text/sentences.js";

class Reading {
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "jv-reading";
    this.root.dataset.testid = "jacviz-reading";
    this.root.innerHTML =
      '<figure><div class="jv-view"><canvas role="img"></canvas></div><figcaption></figcaption></figure>' +
      '<ol class="jv-bars" aria-label="Probability of each digit"></ol>';
    this.frame = this.root.querySelector("canvas");
    this.caption = this.root.querySelector("figcaption");
    this.#caption(false);
    this.bars = this.root.querySelector("ol");
    this.target = new FrameTarget(this.root.querySelector(".jv-view"), this.frame);
    targets.add(this.target);
    parent.append(this.root);
    this.unwatch = answers.watch((answer) => this.show(answer));
  }

  show(answer) {
    this.#showFrame(answer);
    this.#showBars(answer);
    if (answer.exact) this.frame.setAttribute("aria-label", frameWords(answer));
  }

  #showFrame(answer) {
    paintInk(this.frame, answer);
    const changed = Boolean(answer.changed);
    if (changed !== this.root.hasAttribute("data-changed")) this.#caption(changed);
  }

  #caption(changed) {
    this.root.toggleAttribute("data-changed", changed);
    this.caption.textContent = changed ? "changed by the gradient" : "what the network sees";
  }

  #showBars({ labels, probabilities, top, empty }) {
    if (this.bars.childElementCount !== labels.length) {
      this.bars.replaceChildren(
        ...labels.map((label) => {
          const row = document.createElement("li");
          row.innerHTML = "<b></b><i><u></u></i><span></span>";
          row.firstChild.textContent = label;
          return row;
        }),
      );
    }
    [...this.bars.children].forEach((row, k) => {
      const [, bar, number] = row.children;
      bar.firstChild.style.width = empty ? "0" : `${100 * probabilities[k]}%`;
      number.textContent = empty ? "" : percent(probabilities[k]);
      row.toggleAttribute("data-top", !empty && k === top);
    });
  }

  dispose() {
    this.unwatch();
    targets.delete(this.target);
    this.root.remove();
  }
}

export default component((parent) => new Reading(parent));
