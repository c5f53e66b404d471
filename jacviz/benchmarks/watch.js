// Evaluated inside the page by `jacviz bench live`: watches what is painted.
() => {
  const MAPS = "[data-testid=jacviz-maps]";
  const root = document.querySelector(MAPS);
  const plot = root.querySelector(".js-plotly-plot");
  const seen = { remounts: 0, blanks: 0, faded: 0, frames: 0, updates: [], lifted: 0 };

  const twoFrames = () =>
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  // An update counts as painted once two frames have begun after it.
  new MutationObserver(async () => {
    const update = { changed: performance.now(), painted: Infinity };
    seen.updates.push(update);
    await twoFrames();
    update.painted = performance.now();
  }).observe(root, { attributeFilter: ["data-version"] });

  addEventListener("pointerup", () => (seen.lifted = performance.now()), { capture: true });

  const look = () => {
    seen.frames += 1;
    const now = document.querySelector(`${MAPS} .js-plotly-plot`);
    if (now !== plot) seen.remounts += 1;
    if (!now?.querySelector(".imagelayer image")?.getAttribute("href")) seen.blanks += 1;
    let opacity = 1;
    for (let node = now; node; node = node.parentElement)
      opacity *= Number(getComputedStyle(node).opacity);
    if (opacity < 1) seen.faded += 1;
    requestAnimationFrame(look);
  };
  look();

  window.jacvizBench = {
    seen,
    // Milliseconds from the last pen-up to its last update painted, once nothing newer comes.
    async settled(quiet) {
      for (let count = -1; count !== seen.updates.length; ) {
        count = seen.updates.length;
        await new Promise((done) => setTimeout(done, quiet));
      }
      return seen.updates.at(-1).painted - seen.lifted;
    },
    async idle() {
      const begin = performance.now();
      await twoFrames();
      return performance.now() - begin;
    },
    // The drawing on the canvas now, encoded as the page sends it.
    async drawing() {
      const url = new URL("jacviz/static/canvas/adapter.js", document.baseURI);
      const { PageAdapter } = await import(url);
      return [...new PageAdapter(document.documentElement).readDrawing()];
    },
  };
}
