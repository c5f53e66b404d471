/**
 * The maps as one Plotly figure, made once: its node never leaves the page.
 *
 * What is seen is a layout image of the whole mosaic, swapped for each answer; what is pointed at
 * is a transparent heatmap above it, whose texts are brought up to date when the pen is up.
 */

/** @import { Plotly } from "../core/assets.js" */
/** @import { ColourScale, MapShare, Theme } from "../core/types.js" */
/** @import { Mosaic } from "./mosaic.js" */

import { context2d } from "../core/elements.js";

const MARGIN_BELOW = 58; // pixels, for the colour bar

/** Where the colour bar lies, as fractions of the width. */
export const COLOUR_BAR = { from: 0.2, to: 0.8 };

export class Figure {
  /**
   * @param {Plotly} plotly
   * @param {HTMLElement & { layout?: { images?: { source: string }[] } }} root Plotly adds `layout`.
   * @param {Mosaic} mosaic
   */
  constructor(plotly, root, mosaic) {
    this.plotly = plotly;
    this.root = root;
    this.mosaic = mosaic;
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: mosaic.width, height: mosaic.height });
    this.context = context2d(canvas, { willReadFrequently: true });
  }

  /**
   * @param {number} width
   * @param {Theme} theme
   * @param {ColourScale} scale
   */
  async create(width, theme, scale) {
    const { mosaic } = this;
    const axis = { visible: false, fixedrange: true };
    await this.plotly.newPlot(
      this.root,
      [
        {
          type: "heatmap",
          z: mosaic.fill(() => /** @type {number | null} */ (0), null),
          text: mosaic.fill(() => "", ""),
          hovertemplate: "%{text}<extra></extra>",
          hoverongaps: false,
          coloraxis: "coloraxis",
          opacity: 0,
        },
      ],
      {
        ...this.#size(width),
        ...themed(theme),
        xaxis: { ...axis, range: [-0.5, mosaic.width - 0.5] },
        yaxis: { ...axis, range: [mosaic.height - 0.5, -0.5] },
        images: [
          {
            source: "",
            layer: "below",
            sizing: "stretch",
            xref: "x",
            yref: "y",
            x: -0.5,
            y: -0.5,
            sizex: mosaic.width,
            sizey: mosaic.height,
          },
        ],
        coloraxis: {
          cmin: -1,
          cmax: 1,
          colorscale: scale.stops,
          colorbar: {
            orientation: "h",
            thickness: 10,
            len: COLOUR_BAR.to - COLOUR_BAR.from,
            x: (COLOUR_BAR.from + COLOUR_BAR.to) / 2,
            y: 0,
            yanchor: "top",
            ypad: 12,
            outlinewidth: 0,
            // Its numbers change with each answer: see titles.js.
            showticklabels: false,
          },
        },
        dragmode: false,
      },
      { displayModeBar: false, doubleClick: false },
    );
  }

  /**
   * @param {MapShare} share
   * @param {ColourScale} scale
   */
  async paint(share, scale) {
    const image = this.context.createImageData(this.mosaic.width, this.mosaic.height);
    this.mosaic.colour(new Uint32Array(image.data.buffer), share, scale.table);
    this.context.putImageData(image, 0, 0);
    const source = this.context.canvas.toDataURL();
    if (!this.#swap(source)) {
      await this.plotly.relayout(this.root, { "images[0].source": source });
    }
  }

  /**
   * Put the picture where Plotly would, in a tenth of the time.
   *
   * @param {string} source
   * @returns {boolean} False where Plotly keeps its pictures elsewhere.
   */
  #swap(source) {
    const image = this.root.querySelector(".imagelayer image");
    const [known] = this.root.layout?.images ?? [];
    if (!image || !known || image.getAttribute("href") !== known.source) return false;
    image.setAttribute("href", source);
    known.source = source;
    return true;
  }

  /** @param {(k: number, pixel: number) => string} html What to say of a pixel pointed at. */
  async setHoverTexts(html) {
    await this.plotly.restyle(this.root, { text: [this.mosaic.fill(html, "")] }, [0]);
  }

  /** @param {number} width */
  async resize(width) {
    await this.plotly.relayout(this.root, this.#size(width));
  }

  /**
   * @param {Theme} theme
   * @param {ColourScale} scale
   */
  async recolour(theme, scale) {
    const colours = { ...themed(theme), "coloraxis.colorscale": scale.stops };
    await this.plotly.relayout(this.root, colours);
  }

  dispose() {
    this.plotly.purge(this.root);
  }

  /** @param {number} width */
  #size(width) {
    const cell = width / this.mosaic.width;
    const { height, titleHeight } = this.mosaic;
    return {
      width,
      height: (height + titleHeight) * cell + MARGIN_BELOW,
      margin: { l: 0, r: 0, t: titleHeight * cell, b: MARGIN_BELOW, autoexpand: false },
    };
  }
}

/** @param {Theme} theme */
function themed(theme) {
  const font = { family: theme.font, color: theme.text };
  return {
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { ...font, size: 12 },
    hoverlabel: {
      bgcolor: theme.background,
      bordercolor: theme.text,
      font: { ...font, size: 13 },
      align: "left",
    },
  };
}
