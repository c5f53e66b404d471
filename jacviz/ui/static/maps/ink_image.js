// A frame of ink as a picture, black on white.

export function paintInk(canvas, { frame, height, width }) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const image = new ImageData(width, height);
  frame.forEach((ink, pixel) => image.data.set([0, 0, 0, Math.round(255 * ink)], 4 * pixel));
  canvas.getContext("2d").putImageData(image, 0, 0);
}
