/**
 * Answers each line of standard input, a query or a drawing, with what the exported page makes of
 * it; see test_links.py.
 */

import { createInterface } from "node:readline";
import { parseQuery } from "../../../jacviz/app/frontend/standalone/query.js";
import { restoreDrawing } from "../../../jacviz/app/frontend/standalone/link_drawing.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { query, table, models, drawing, side } = JSON.parse(line);
  const found =
    query === undefined
      ? [...restoreDrawing(Uint8Array.from(drawing), side)]
      : parseQuery(query, table, models);
  console.log(JSON.stringify(found));
}
