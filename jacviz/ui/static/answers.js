// The latest answer, and those who show it: answers flow one way, from here to the views.

const watchers = new Set();
let latest = null;

export function publish(answer) {
  latest = answer;
  for (const show of watchers) show(answer);
}

export function watch(show) {
  watchers.add(show);
  if (latest) show(latest);
  return () => watchers.delete(show);
}
