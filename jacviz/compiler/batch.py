"""Many inputs through one compiled graph, on all cores, in order, with bounded memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeAlias

from jacviz.compiler.inputs import Input
from jacviz.compiler.workspaces import cores
from jacviz.errors import InputError
from jacviz.typing import Float32Array

Result: TypeAlias = tuple[Float32Array, Float32Array]

# Inputs per task: enough to make the cost of scheduling negligible.
_IMAGES_PER_TASK = 16


def stream(
    call: Callable[[Input], Result], images: Iterable[Input], workers: int | None = None
) -> Iterator[Result]:
    """Yield call(image) for every image, in order.

    At most three chunks per worker are in memory. A single worker is the caller's own thread.

    Raises InputError for fewer than one worker, and what `call` or `images` raise, in order.
    """
    if workers is not None and workers < 1:
        raise InputError(f"expected workers of at least 1, got {workers}")
    workers = workers or cores()
    return _parallel(call, images, workers) if workers > 1 else map(call, images)


def _parallel(
    call: Callable[[Input], Result], images: Iterable[Input], workers: int
) -> Iterator[Result]:
    remaining = iter(images)
    futures: deque[Future[list[Result]]] = deque()

    def run_chunk(chunk: list[Input]) -> list[Result]:
        return [call(image) for image in chunk]

    with ThreadPoolExecutor(workers) as pool:
        try:
            while True:
                while len(futures) < 2 * workers and (
                    chunk := list(islice(remaining, _IMAGES_PER_TASK))
                ):
                    futures.append(pool.submit(run_chunk, chunk))
                if not futures:
                    return
                yield from futures.popleft().result()
        finally:
            for future in futures:
                future.cancel()
