// What the maps need before the first paint, loaded once per page.

let plotly = null;
let scales = null;

export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../../plotly.min.js", import.meta.url);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`jacviz: could not load ${script.src}`));
    document.head.append(script);
  });
  return plotly;
}

// For each theme: `stops` as Plotly takes them, and a `table` of words of image data.
export function loadScales() {
  scales ??= fetch(new URL("../../colours.json", import.meta.url))
    .then((reply) => reply.json())
    .then((themes) => {
      for (const scale of Object.values(themes)) scale.table = words(scale.table);
      return themes;
    });
  return scales;
}

function words(table) {
  const bytes = new Uint8ClampedArray(table.flatMap((colour) => [...colour, 255]));
  return new Uint32Array(bytes.buffer);
}
