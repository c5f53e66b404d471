"""Many threads on one compiled graph, every result compared with a single thread's."""

import threading
import time

import numpy as np

from jacviz.compiler import CompiledJacobian


def run_threads(graph: CompiledJacobian, threads: int, seconds: float) -> tuple[int, int]:
    """Run so many threads; returns the number of Jacobians, and of those that differ in any bit."""
    random = np.random.default_rng(0)
    images = random.random((threads, *graph.input_shape), np.float32)
    expected = [graph(image) for image in images]
    counts, wrong = [0] * threads, [0] * threads
    until = time.monotonic() + seconds

    def work(number: int) -> None:
        while time.monotonic() < until:
            found = graph(images[number])
            counts[number] += 1
            wrong[number] += not all(map(np.array_equal, found, expected[number]))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts), sum(wrong)


def resident_mib() -> float:
    """Get the resident memory of this process."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123
            return int(file.read().split()[1]) * 4096 / 2**20
    except OSError:
        from jacviz.benchmarks.cold_start import peak_mib

        return peak_mib()
