// The canvas' own toolbar, kept in sight, its usual keys, and light ink in the dark theme.
// Everything here is a comfort: where the canvas changes its inside, its toolbar still appears
// on hover and its sheet stays white.

const STYLE = `
  .dc-container { background: #fff; filter: invert(var(--jv-night, 0)); }
  .dc-toolbar { opacity: 1 !important; top: -2.6rem !important; transition: none !important;
                padding: 0 !important; }
  .dc-toolbar-card { box-shadow: none !important; background: none !important; }
  .dc-icon-button { padding: .5rem !important; }
  .dc-icon-button svg { width: 1.15rem !important; height: 1.15rem !important; }
  .dc-icon-button:focus-visible { outline: 2px solid var(--st-primary-color) !important; }
  .dc-icon-button[aria-label="Edit"], .dc-toolbar-separator,
  .dc-icon-button[aria-label="Update the app with this drawing"] { display: none !important; }
`;

function inside() {
  const hosts = document.querySelectorAll(".st-key-canvas *");
  return [...hosts].find((host) => host.shadowRoot?.querySelector(".upper-canvas"))?.shadowRoot;
}

function pin(root) {
  if (root.querySelector("style[data-jacviz]")) return;
  const style = document.createElement("style");
  style.dataset.jacviz = "";
  style.textContent = STYLE;
  root.append(style);
}

function press(label) {
  inside()?.querySelector(`button[aria-label="${label}"]:not(:disabled)`)?.click();
}

function onKey(event) {
  const typing = event.composedPath()[0]?.closest?.("input, textarea, [contenteditable]");
  if (typing || !(event.ctrlKey || event.metaKey)) return;
  const key = event.key.toLowerCase();
  if (key !== "z" && key !== "y") return;
  event.preventDefault();
  press(key === "y" || event.shiftKey ? "Redo" : "Undo");
}

let tending = false;

export function tend() {
  if (tending) return;
  tending = true;
  document.addEventListener("keydown", onKey);
  const look = () => {
    const root = inside();
    if (root) pin(root);
  };
  look();
  // The canvas may be mounted later, or again.
  setInterval(look, 500);
}
