// What the maps need before the first paint, loaded once per page.

const here = new URL(".", import.meta.url);
let plotly = null;
let scales = null;

export function loadPlotly() {
  plotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("../plotly.min.js", here);
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`jacviz: could not load ${script.src}`));
    document.head.append(script);
  });
  return plotly;
}

export function loadScales() {
  scales ??= fetch(new URL("../colours.json", here)).then((reply) => reply.json());
  return scales;
}
