"""Streaming many inputs through a compiled graph."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError
from jacviz.models.lenet5 import LeNet5


@pytest.fixture(scope="module", params=["auto", "numpy"])
def compiled(request: pytest.FixtureRequest):
    torch.manual_seed(0)
    return compile_jacobian(LeNet5().eval(), torch.zeros(1, 28, 28), backend=request.param)


@pytest.mark.parametrize("count", [0, 1, 17, 150])
def test_a_batch_equals_single_calls_bit_for_bit_and_in_order(compiled, count: int) -> None:
    images = np.random.default_rng(0).random((count, 28, 28), np.float32)
    results = list(compiled.batch(images, workers=3))
    assert len(results) == count
    for image, (z, jacobian) in zip(images, results, strict=True):
        expected = compiled(image)
        np.testing.assert_array_equal(z, expected[0])
        np.testing.assert_array_equal(jacobian, expected[1])


def test_images_are_read_only_as_results_are_taken(compiled) -> None:
    read = 0

    def endless() -> Iterator[np.ndarray]:
        nonlocal read
        while True:
            read += 1
            yield np.zeros((28, 28), np.float32)

    results = compiled.batch(endless(), workers=2)
    for _ in range(500):
        next(results)
    results.close()
    assert read < 1000


def test_a_bad_image_is_refused_when_its_turn_comes(compiled) -> None:
    images = [np.zeros((28, 28)), np.zeros((3, 3))]
    with pytest.raises(InputError, match=r"\(3, 3\)"):
        list(compiled.batch(images))


def test_at_least_one_worker_is_needed(compiled) -> None:
    with pytest.raises(InputError, match="expected workers of at least 1, got"):
        compiled.batch([], workers=0)
