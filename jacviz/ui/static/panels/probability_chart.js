// The probabilities of all classes along a way, as lines, with the likely ones' names at its end.

const NAMED = 0.1; // a class that was ever as likely has its name beside its line
const APART = 13; // pixels between two names

export class Paths {
  // chart: an svg of 1 x 1. names: the place beside it.
  constructor(chart, names) {
    Object.assign(this, { chart, names });
    chart.setAttribute("viewBox", "0 0 1 1");
    chart.setAttribute("preserveAspectRatio", "none");
    chart.setAttribute("role", "img");
  }

  // points: { x, probabilities } each, x from 0 to 1. top: the class to show best, or -1.
  // at: where to draw a line across. dots: whether each point is one.
  paint(points, { labels, top, at, dots }) {
    this.chart.innerHTML = labels
      .map((_, k) => {
        const line = points.map(({ x, probabilities }) => `${x},${1 - probabilities[k]}`).join(" ");
        const named = points.some(({ probabilities }) => probabilities[k] >= NAMED);
        const state = k === top ? "data-top" : named ? "data-named" : "";
        const marks = dots
          ? points.map(({ x, probabilities }) => `<path d="M${x} ${1 - probabilities[k]}h0"></path>`)
          : [];
        return `<g ${state}><polyline points="${line}"></polyline>${marks.join("")}</g>`;
      })
      .join("");
    this.chart.innerHTML += `<line x1="${at}" x2="${at}" y1="0" y2="1"></line>`;
    this.#name(labels, points.at(-1)?.probabilities, top);
  }

  // None on top of another.
  #name(labels, probabilities, top) {
    const ends = [];
    probabilities?.forEach((p, k) => p >= NAMED && ends.push({ k, p }));
    ends.sort((one, other) => other.p - one.p);
    const height = this.chart.clientHeight || 38;
    let last = -Infinity;
    this.names.replaceChildren(
      ...ends.map(({ k, p }) => {
        const name = document.createElement("b");
        name.textContent = labels[k];
        last = Math.max((1 - p) * height, last + APART);
        name.style.top = `${last}px`;
        name.toggleAttribute("data-top", k === top);
        return name;
      }),
    );
  }
}
