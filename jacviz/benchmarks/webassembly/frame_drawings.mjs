/**
 * Preprocesses drawings with the page's scripts: `node frame_drawings.mjs ASKED IMAGES PLACES`. See
 * node.py; writes little-endian float32 and, four a drawing, float64.
 */

import { readFile, writeFile } from "node:fs/promises";
import { decodeDrawing } from "../../app/frontend/canvas/drawing_codec.js";
import { letterbox } from "../../app/frontend/preprocessing/letterbox.js";
import { frameMnist } from "../../app/frontend/preprocessing/mnist_frame.js";

const [asked, imageFile, placeFile] = process.argv.slice(2);
/** @type {{ preprocess: string, height: number, width: number, drawings: string[] }} */
const { preprocess, height, width, drawings } = JSON.parse(await readFile(asked, "utf8"));

const images = new Float32Array(drawings.length * height * width);
const places = new Float64Array(drawings.length * 4);
drawings.forEach((text, i) => {
  const drawing = decodeDrawing(Uint8Array.from(Buffer.from(text, "base64")));
  const frame =
    preprocess === "mnist"
      ? frameMnist(drawing.ink, drawing.height, drawing.width)
      : letterbox(drawing.ink, drawing.height, drawing.width, height, width);
  images.set(frame.image, i * height * width);
  places.set([frame.top, frame.left, frame.scale, Number(frame.empty)], 4 * i);
});
await writeFile(imageFile, new Uint8Array(images.buffer));
await writeFile(placeFile, new Uint8Array(places.buffer));
