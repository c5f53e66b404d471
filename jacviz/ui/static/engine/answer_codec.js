// Answers as they come from the server; jacviz/live/wire.py writes it.
// uint32 header length | JSON header | float32: frame, probabilities, largest | maps.

export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const { labels, height, width, exact } = header;
  const pixels = height * width;
  let offset = 4 + length;
  const take = (Numbers, count) => {
    const numbers = new Numbers(buffer, offset, count);
    offset += numbers.byteLength;
    return numbers;
  };
  const answer = { ...header, frame: take(Float32Array, pixels) };
  if (header.empty) return answer;
  answer.probabilities = take(Float32Array, labels.length);
  answer.largest = take(Float32Array, labels.length);
  // Exact maps are numbers; the others are in 127ths of each map's largest.
  answer.maps = labels.map(() => take(exact ? Float32Array : Int8Array, pixels));
  return answer;
}

// The answers to all images on a way towards a class, and what is said of it; see
// jacviz/live/answers.py. uint32 length | JSON | the answers.
export function decodeWay(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const way = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let offset = 4 + length;
  way.answers = way.lengths.map((bytes) => {
    offset += bytes;
    return decode(buffer.slice(offset - bytes, offset));
  });
  return way;
}
