// Evaluated inside the page by `jacviz bench live`: watches what is painted and what is sent.
() => {
  const MAPS = "[data-testid=jacviz-maps]";
  const root = document.querySelector(MAPS);
  const plot = root.querySelector(".js-plotly-plot");
  const seen = {
    remounts: 0,
    blanks: 0,
    faded: 0,
    frames: 0,
    updates: [],
    lifted: 0,
    confirmed: 0,
    // Bytes of each message while the pen is down, with any server and by any way.
    sent: [],
    received: [],
  };

  const oneFrame = () => new Promise((done) => requestAnimationFrame(done));
  const twoFrames = () => oneFrame().then(oneFrame);

  // Whether the callbacks of an animation frame run now: it is painted before the next task.
  let inFrame = false;
  const nextTask = new MessageChannel();
  nextTask.port1.onmessage = () => (inFrame = false);

  // An update counts as painted once the frame after the one that paints it has begun.
  new MutationObserver(async () => {
    const update = { changed: performance.now(), painted: Infinity };
    seen.updates.push(update);
    await (inFrame ? oneFrame() : twoFrames());
    update.painted = performance.now();
  }).observe(root, { attributeFilter: ["data-version"] });
  new MutationObserver(() => {
    if (root.dataset.confirmed === "true") seen.confirmed = performance.now();
  }).observe(root, { attributeFilter: ["data-confirmed"] });

  let penDown = false;
  const options = { capture: true };
  addEventListener(
    "pointerdown",
    (event) => {
      penDown = event.composedPath().some((node) => node.classList?.contains("upper-canvas"));
    },
    options,
  );
  addEventListener(
    "pointerup",
    () => {
      penDown = false;
      seen.lifted = performance.now();
    },
    options,
  );

  const size = (data) => data?.byteLength ?? data?.size ?? data?.length ?? 0;
  const note = (bytes, data) => {
    if (penDown) bytes.push(size(data));
  };
  const sockets = new WeakSet();
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    note(seen.sent, data);
    if (!sockets.has(this)) {
      sockets.add(this);
      this.addEventListener("message", (event) => note(seen.received, event.data));
    }
    send.call(this, data);
  };
  const { send: sendRequest } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (data) {
    note(seen.sent, data);
    sendRequest.call(this, data);
  };
  const { fetch } = window;
  window.fetch = async (resource, init) => {
    note(seen.sent, init?.body);
    const reply = await fetch(resource, init);
    const copy = penDown && reply.clone();
    if (copy) note(seen.received, await copy.arrayBuffer());
    return reply;
  };

  const look = () => {
    inFrame = true;
    nextTask.port2.postMessage(null);
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
    // Milliseconds from the last pen-up to the server's answer to it; null where there is none.
    confirmed: () => (seen.confirmed > seen.lifted ? seen.confirmed - seen.lifted : null),
    async idle() {
      const begin = performance.now();
      await twoFrames();
      return performance.now() - begin;
    },
    // Animation frames a second.
    async displayRate() {
      await twoFrames();
      const begin = performance.now();
      const frames = 60;
      for (let frame = 0; frame < frames; frame++) {
        await new Promise((done) => requestAnimationFrame(done));
      }
      return (1000 * frames) / (performance.now() - begin);
    },
    // The drawing on the canvas now, encoded as the page sends it.
    async drawing() {
      const url = new URL("jacviz/static/canvas/adapter.js", document.baseURI);
      const { PageAdapter } = await import(url);
      return [...new PageAdapter(document.documentElement).readDrawing()];
    },
  };
}
