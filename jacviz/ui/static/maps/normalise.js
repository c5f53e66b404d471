// An answer's maps as shares of full colour, -1 to 1: share(k, pixel). `most` is what full colour
// means where all maps have one scale; where each has its own it is null.
export function shares({ empty, exact, labels, largest, maps }, each) {
  const most = empty ? 0 : Math.max(...largest);
  const units = labels.map((_, k) => {
    if (empty || largest[k] === 0) return 0;
    const limit = each ? largest[k] : most;
    return exact ? 1 / limit : largest[k] / 127 / limit;
  });
  return { most: each ? null : most, share: (k, pixel) => (empty ? 0 : maps[k][pixel] * units[k]) };
}
