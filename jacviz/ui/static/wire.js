// One answer as it comes from the server; jacviz/ui/wire.py writes it.
// uint32 header length | JSON header, padded to 4 bytes | float32: frame, probabilities, Jacobian

export function decode(bytes) {
  // A view may start at an odd offset of its buffer; floats need an aligned copy.
  const buffer = bytes.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const { labels, height, width } = header;
  const pixels = height * width;
  let offset = 4 + length;
  const floats = (count) => {
    const view = new Float32Array(buffer, offset, count);
    offset += 4 * count;
    return view;
  };
  const answer = { ...header, frame: floats(pixels), probabilities: null, maps: null };
  if (!header.empty) {
    answer.probabilities = floats(labels.length);
    answer.maps = labels.map(() => floats(pixels));
  }
  return answer;
}
