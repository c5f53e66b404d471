import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { RequestQueue } from "../../../jacviz/app/frontend/server/request_queue.js";
import { ServerError } from "../../../jacviz/app/frontend/server/server_error.js";

/** @param {{ slow?: boolean }} [options] */
function setUp(options = {}) {
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {{ question: string, slow: boolean, resolve: (reply: ArrayBuffer) => void, reject: (error: Error) => void }[]} */
  const asked = [];
  /** @type {string[]} */
  const answers = [];
  /** @type {string[]} */
  const failures = [];
  /** @type {RequestQueue<{ a: string }>} */
  const queue = new RequestQueue(
    (question, { slow }) =>
      new Promise((resolve, reject) => {
        const text = new URLSearchParams(question).toString();
        asked.push({ question: text, slow, resolve, reject });
      }),
    {
      answered: (reply, question) => answers.push(`${question.a}: ${reply.byteLength}`),
      failed: (reason) => failures.push(reason),
      ...options,
    },
  );
  return { queue, asked, answers, failures };
}

/** @param {number} ms */
async function wait(ms) {
  await settle();
  mock.timers.tick(ms);
  await settle();
}

async function settle() {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

test.afterEach(() => mock.timers.reset());

test("a question is asked and its answer delivered with it", async () => {
  const { queue, asked, answers } = setUp();
  queue.put({ a: "1" });
  await wait(0);
  assert.deepEqual(
    asked.map(({ question, slow }) => [question, slow]),
    [["a=1", false]],
  );
  asked[0].resolve(new ArrayBuffer(3));
  await wait(0);
  assert.deepEqual(answers, ["1: 3"]);
});

test("of two questions only the latest is answered", async () => {
  const { queue, asked, answers } = setUp();
  queue.put({ a: "1" });
  await wait(0);
  queue.put({ a: "2" });
  await wait(0);
  asked[1].resolve(new ArrayBuffer(2));
  asked[0].resolve(new ArrayBuffer(1));
  await wait(0);
  assert.deepEqual(answers, ["2: 2"]);
});

test("a question that is replaced within its delay is never asked", async () => {
  const { queue, asked } = setUp();
  queue.put({ a: "1" }, 80);
  await wait(79);
  queue.put({ a: "2" }, 80);
  await wait(79);
  assert.equal(asked.length, 0);
  await wait(1);
  assert.deepEqual(
    asked.map(({ question }) => question),
    ["a=2"],
  );
});

test("a question that is cancelled gets no answer", async () => {
  const { queue, asked, answers, failures } = setUp();
  queue.put({ a: "1" });
  await wait(0);
  queue.cancel();
  asked[0].resolve(new ArrayBuffer(1));
  await wait(0);
  assert.deepEqual([answers, failures], [[], []]);
});

test("a question that gets lost is reported, and asked again until it is answered", async () => {
  const { queue, asked, answers, failures } = setUp();
  queue.put({ a: "1" });
  await wait(0);
  asked[0].reject(new Error("no answer in time"));
  await wait(1499);
  assert.deepEqual([asked.length, failures.length], [1, 1]);
  await wait(1);
  asked[1].resolve(new ArrayBuffer(1));
  await wait(0);
  assert.deepEqual(answers, ["1: 1"]);
});

test("a question that the server refuses as wrong is not asked again", async () => {
  const { queue, asked, failures } = setUp();
  queue.put({ a: "1" });
  await wait(0);
  asked[0].reject(new ServerError(400, "expected a class, got 12"));
  await wait(60000);
  assert.equal(asked.length, 1);
  assert.deepEqual(failures, ["expected a class, got 12"]);
});

test("a question that the server has no time for is asked again", async () => {
  const { queue, asked, failures } = setUp({ slow: true });
  queue.put({ a: "1" });
  await wait(0);
  asked[0].reject(new ServerError(503, "busy"));
  await wait(1500);
  assert.deepEqual(failures, ["busy"]);
  assert.deepEqual(
    asked.map(({ slow }) => slow),
    [true, true],
  );
});
