import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerError } from "../../../jacviz/app/frontend/server/server_error.js";
import { decodeReply, encodeQuestion } from "../../../jacviz/app/frontend/server/socket_codec.js";

test("a question is its number, its query and its drawing", () => {
  const query = new URLSearchParams({ space: "logit", exact: "1" });
  const message = encodeQuestion(7, query, Uint8Array.of(1, 2, 3));
  const header = new DataView(message.buffer);
  assert.equal(header.getUint32(0, true), 7);
  const length = header.getUint32(4, true);
  const text = new TextDecoder().decode(message.subarray(8, 8 + length));
  assert.deepEqual([...new URLSearchParams(text)], [...query]);
  assert.deepEqual([...message.subarray(8 + length)], [1, 2, 3]);
});

test("an answer is the question's number, a status and a body", () => {
  const message = Uint8Array.of(7, 0, 0, 0, 144, 1, 0, 0, 9, 8);
  const { number, status, body } = decodeReply(message.buffer);
  assert.equal(number, 7);
  assert.equal(status, 400);
  assert.deepEqual([...new Uint8Array(body)], [9, 8]);
});

test("only a server that will never answer drawings is hopeless", () => {
  for (const status of [403, 404, 405]) assert.ok(new ServerError(status, "").hopeless);
  for (const status of [400, 413, 429, 500, 503]) assert.ok(!new ServerError(status, "").hopeless);
});

test("a reason is kept short", () => {
  assert.equal(new ServerError(400, "x".repeat(9999)).reason.length, 500);
});
