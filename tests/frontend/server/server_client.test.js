import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { ServerClient } from "../../../jacviz/app/frontend/server/server_client.js";
import { ServerError } from "../../../jacviz/app/frontend/server/server_error.js";

/**
 * A client of a server that answers by `answer`, for as long as the test runs.
 *
 * @param {import("node:test").TestContext} t
 * @param {import("node:http").RequestListener} answer
 */
async function clientOf(t, answer) {
  const server = createServer(answer);
  await new Promise((listening) => server.listen(0, "127.0.0.1", () => listening(null)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return new ServerClient(new URL(`http://127.0.0.1:${port}/jacviz/answer`));
}

test("a question is a request with its query, its page and its drawing", async (t) => {
  /** @type {string[]} */
  const pages = [];
  const client = await clientOf(t, async (request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
    pages.push(searchParams.get("page") ?? "");
    searchParams.delete("page");
    assert.equal(request.method, "POST");
    assert.equal(request.headers["content-type"], "application/octet-stream");
    assert.equal(`${pathname}?${searchParams}`, "/jacviz/answer?space=logit&exact=1");
    for await (const drawing of request) reply.write(drawing);
    reply.end();
  });
  for (const drawing of [Uint8Array.of(1, 2, 3), Uint8Array.of(4)]) {
    const answer = await client.ask(drawing, "space=logit&exact=1");
    assert.deepEqual(new Uint8Array(answer), drawing);
  }
  assert.match(pages[0], /^\d+-\d+$/);
  assert.equal(pages[0], pages[1]);
});

test("a refusal is an error with status and reason", async (t) => {
  const client = await clientOf(t, (_, reply) => reply.writeHead(429).end("too many requests"));
  await assert.rejects(client.ask(new Uint8Array(), ""), {
    status: 429,
    reason: "too many requests",
  });
});

test("closing ends what is under way, and nothing is asked any more", async (t) => {
  /** @type {(request: unknown) => void} */
  let arrived = () => {};
  const arrival = new Promise((resolve) => (arrived = resolve));
  const client = await clientOf(t, arrived);
  const answer = client.ask(new Uint8Array(), "");
  await arrival;
  client.close();
  await assert.rejects(answer, /the client was closed/);
  await assert.rejects(client.ask(new Uint8Array(), ""), /a closed one/);
});

test("only a server that will never answer drawings is hopeless", () => {
  for (const status of [403, 404, 405]) assert.ok(new ServerError(status, "").hopeless);
  for (const status of [400, 413, 429, 500, 503]) assert.ok(!new ServerError(status, "").hopeless);
});

test("a reason is kept short", () => {
  assert.equal(new ServerError(400, "x".repeat(9999)).reason.length, 500);
});
