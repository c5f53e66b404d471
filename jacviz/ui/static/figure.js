// The ten maps as one Plotly heatmap, made once and then only restyled: the node never leaves.

import { signed } from "./numbers.js";
import { SPACES, unit } from "./words.js";

const TICKS = [-1, -0.5, 0, 0.5, 1];
const MARGIN_BELOW = 58; // pixels, for the colour bar

export class Figure {
  constructor(Plotly, root, mosaic, scales) {
    this.Plotly = Plotly;
    this.root = root;
    this.mosaic = mosaic;
    this.scales = scales;
  }

  // The height in pixels that `width` asks for.
  static heightFor(mosaic, width) {
    const cell = width / mosaic.width;
    return (mosaic.height + mosaic.titleHeight) * cell + MARGIN_BELOW;
  }

  async create(width, theme) {
    const { mosaic } = this;
    const axis = { visible: false, fixedrange: true };
    await this.Plotly.newPlot(
      this.root,
      [
        {
          type: "heatmap",
          z: mosaic.fill(() => 0, null),
          text: mosaic.fill(() => "", ""),
          zmin: -1,
          zmax: 1,
          hoverongaps: false,
          hovertemplate: "%{text}<extra></extra>",
          colorbar: {
            orientation: "h",
            thickness: 10,
            len: 0.6,
            yref: "container",
            y: 0,
            yanchor: "bottom",
            ypad: 0,
            outlinewidth: 0,
            tickvals: TICKS,
            ticktext: TICKS.map(() => ""),
            title: { side: "bottom" },
          },
          ...this.#traceColours(theme),
        },
      ],
      {
        ...this.#size(width),
        ...layoutColours(theme),
        xaxis: { ...axis, range: [-0.5, mosaic.width - 0.5] },
        yaxis: { ...axis, range: [mosaic.height - 0.5, -0.5] },
        dragmode: false,
      },
      { displayModeBar: false, responsive: false, doubleClick: false },
    );
  }

  // limits: what full colour means, for each map; absolute numbers go to hover and colour bar.
  async paint(answer, limits) {
    const { labels, space, scale, width, frame, maps } = answer;
    const { symbol } = SPACES[space];
    const share = (k, pixel) => (maps ? maps[k][pixel] / (limits[k] || 1) : 0);
    const words = (k, pixel) =>
      maps
        ? `digit ${labels[k]} · row ${Math.floor(pixel / width)}, column ${pixel % width}<br>` +
          `ink ${frame[pixel].toFixed(2)}<br>d ${symbol}(${labels[k]}) / d ink = ` +
          signed(maps[k][pixel])
        : "";
    await this.Plotly.restyle(
      this.root,
      {
        z: [this.mosaic.fill(share, null)],
        text: [this.mosaic.fill(words, "")],
        "colorbar.ticktext": [ticks(scale, maps ? limits[0] : 0)],
        "colorbar.title.text": [
          scale === "each"
            ? `${unit(space)}, as a share of each map's own maximum`
            : `${unit(space)}, one scale for all maps`,
        ],
      },
      [0],
    );
  }

  async resize(width) {
    await this.Plotly.relayout(this.root, this.#size(width));
  }

  async recolour(theme) {
    const trace = this.#traceColours(theme);
    await this.Plotly.update(
      this.root,
      { colorscale: [trace.colorscale] },
      layoutColours(theme),
      [0],
    );
  }

  dispose() {
    this.Plotly.purge(this.root);
  }

  #size(width) {
    const cell = width / this.mosaic.width;
    return {
      width,
      height: Figure.heightFor(this.mosaic, width),
      margin: { l: 0, r: 0, t: this.mosaic.titleHeight * cell, b: MARGIN_BELOW, autoexpand: false },
    };
  }

  #traceColours(theme) {
    return { colorscale: this.scales[theme.name].map(([at, colour]) => [at, colour]) };
  }
}

function ticks(scale, limit) {
  if (scale === "each") return ["\u2212max", "", "0", "", "+max"];
  return TICKS.map((tick) => (limit === 0 && tick !== 0 ? "" : signed(tick * limit, 2)));
}

function layoutColours(theme) {
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: theme.font, size: 12, color: theme.text },
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.text,
      font: { family: theme.font, size: 13, color: theme.text },
      align: "left",
    },
  };
}

