// The maps as one Plotly figure, made once: its node never leaves the page.
//
// What is seen is a layout image of the whole mosaic, swapped for each answer; what is pointed at
// is a transparent heatmap above it, whose words are brought up to date when the pen rests.

const MARGIN_BELOW = 58; // pixels, for the colour bar
export const BAR = { from: 0.2, to: 0.8 }; // where the colour bar lies, as shares of the width

export class Figure {
  constructor(Plotly, root, mosaic) {
    Object.assign(this, { Plotly, root, mosaic });
    this.pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    Object.assign(this.pen.canvas, { width: mosaic.width, height: mosaic.height });
  }

  async create(width, theme, scale) {
    const { mosaic } = this;
    const axis = { visible: false, fixedrange: true };
    await this.Plotly.newPlot(
      this.root,
      [
        {
          type: "heatmap",
          z: mosaic.fill(() => 0, null),
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
            len: BAR.to - BAR.from,
            x: (BAR.from + BAR.to) / 2,
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

  // share(k, pixel): the derivative as a share of full colour, -1 to 1.
  async paint(share, scale) {
    const picture = this.mosaic.paint(this.pen, share, scale.table);
    if (!this.#swap(picture)) {
      await this.Plotly.relayout(this.root, { "images[0].source": picture });
    }
  }

  // Puts the picture where Plotly would, in a tenth of the time. False where Plotly keeps its
  // pictures elsewhere.
  #swap(picture) {
    const image = this.root.querySelector(".imagelayer image");
    const [known] = this.root.layout?.images ?? [];
    if (!known || image?.getAttribute("href") !== known.source) return false;
    image.setAttribute("href", picture);
    known.source = picture;
    return true;
  }

  // words(k, pixel): what to say of a pixel that is pointed at.
  async explain(words) {
    await this.Plotly.restyle(this.root, { text: [this.mosaic.fill(words, "")] }, [0]);
  }

  async resize(width) {
    await this.Plotly.relayout(this.root, this.#size(width));
  }

  async recolour(theme, scale) {
    const colours = { ...themed(theme), "coloraxis.colorscale": scale.stops };
    await this.Plotly.relayout(this.root, colours);
  }

  dispose() {
    this.Plotly.purge(this.root);
  }

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
