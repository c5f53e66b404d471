// Evaluated inside an empty page of the server by `jacviz bench live`: times what the browser
// computes, in turns, and TensorFlow.js with the same weights where `weights` are given.
async ({ network, drawing, weights, turns }) => {
  const MIN_SAMPLE_MS = 4; // browsers round the clock
  const script = (path) => import(new URL(`/jacviz/static/${path}`, location.href));
  const { BrowserEngine } = await script("engine/browser_engine.js");
  const { decodeDrawing } = await script("canvas/drawing_codec.js");
  const { frameMnist } = await script("preprocessing/mnist_frame.js");
  const { hasRelaxedSimd } = await script("engine/wasm_jacobian.js");
  const engine = await BrowserEngine.load(network, new URL("/jacviz/", location.href));
  const message = Uint8Array.from(drawing);
  const view = { space: "probability", network, method: "gradient" };
  const frame = () => {
    const { ink, height, width, box } = decodeDrawing(message);
    return frameMnist(ink, height, width, box);
  };
  const { image } = frame();
  const expected = engine.wasm.evaluate(image).jacobian;

  const tasks = [
    { name: "framing", run: frame },
    { name: "one Jacobian", run: () => engine.wasm.evaluate(image) },
    { name: "a whole answer", run: () => engine.answer(message, view) },
  ];
  const failures = {};

  const { tf } = window;
  for (const backend of weights ? ["wasm", "webgl", "cpu"] : []) {
    try {
      if (!(await tf.setBackend(backend))) throw new Error(`no backend ${backend} here`);
      await tf.ready();
      tasks.push(...(await tensorflowTasks(backend)));
    } catch (error) {
      failures[backend] = `${error.message}`;
    }
  }

  // Networks of tensors that live on the backend that is set now.
  async function tensorflowTasks(backend) {
    const tensor = ({ values, shape }) => tf.tensor(values, shape);
    const convolutions = weights.convolutions.map((pair) => pair.map(tensor));
    const affine = weights.affine.map((pair) => pair.map(tensor));
    const logits = (x) => {
      let y = x.sub(weights.mean).div(weights.deviation);
      convolutions.forEach(([kernel, bias], i) => {
        y = tf.conv2d(y, kernel, 1, i ? "valid" : "same").add(bias);
        y = tf.avgPool(y, 2, 2, "valid").tanh();
      });
      y = y.reshape([-1, 400]);
      affine.forEach(([matrix, bias], i) => {
        y = y.matMul(matrix).add(bias);
        if (i < affine.length - 1) y = y.tanh();
      });
      return y;
    };
    const classes = expected.length;
    const eye = tf.eye(classes);
    const rows = Array.from({ length: classes }, (_, k) => eye.slice([k, 0], [1, classes]));
    const x = tf.tensor(image, [1, 28, 28, 1]);
    const batch = tf.grad((copies) => logits(copies).mul(eye).sum());
    const single = rows.map((row) => tf.grad((one) => logits(one).mul(row).sum()));
    // What TensorFlow.js makes is released, and the numbers are read, as a page needs them.
    const released = async (compute) => {
      await tf.setBackend(backend);
      const found = tf.tidy(compute);
      const numbers = await found.data();
      found.dispose();
      return numbers;
    };
    const ways = {
      "a batch of ten": () => released(() => batch(tf.tile(x, [classes, 1, 1, 1]))),
      "ten gradients": () => released(() => tf.concat(single.map((gradient) => gradient(x)))),
    };
    const made = [];
    for (const [way, run] of Object.entries(ways)) {
      made.push({
        name: `TensorFlow.js ${tf.version.tfjs}, ${backend}, ${way}`,
        difference: difference(await run()),
        run,
      });
    }
    return made;
  }

  // The largest, as a share of the largest derivative.
  function difference(numbers) {
    const ours = expected.flatMap((row) => [...row]);
    const largest = Math.max(...ours.map(Math.abs));
    return Math.max(...ours.map((value, i) => Math.abs(value - numbers[i]))) / largest;
  }

  async function sample({ run }, calls) {
    const begin = performance.now();
    for (let call = 0; call < calls; call++) {
      const result = run();
      if (result instanceof Promise) await result;
    }
    return performance.now() - begin;
  }

  for (const task of tasks) {
    await sample(task, 5);
    for (task.calls = 1; (await sample(task, task.calls)) < MIN_SAMPLE_MS; ) task.calls *= 2;
    task.us = [];
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const task of tasks) {
      await sample(task, 1);
      task.us.push((1000 * (await sample(task, task.calls))) / task.calls);
    }
  }
  return {
    relaxed: hasRelaxedSimd(),
    us: Object.fromEntries(tasks.map(({ name, us }) => [name, us])),
    differences: Object.fromEntries(
      tasks.filter((task) => "difference" in task).map(({ name, difference }) => [name, difference]),
    ),
    failures,
  };
}
