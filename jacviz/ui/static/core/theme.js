// Streamlit's current theme, as the colours that scripts (not style sheets) need.

export function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = read("--st-background-color", "#ffffff");
  return {
    name: luminance(background) < 0.5 ? "dark" : "light",
    background,
    text: read("--st-text-color", "#222222"),
    font: read("--st-font", "sans-serif"),
  };
}

// Black ink on white paper, inverted so far that the paper meets the dark page.
export function setNight(theme) {
  const night = theme.name === "dark" ? 1 - luminance(theme.background) : 0;
  document.documentElement.style.setProperty("--jv-night", night.toFixed(3));
}

function luminance(colour) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.fillStyle = colour;
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(pen.fillStyle.slice(i, i + 2), 16));
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}
