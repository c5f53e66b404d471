"""Augmentation: other digits, still digits, the same ones again from the same seed."""

from functools import partial

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from jacviz.training import augmentation
from jacviz.training.augmentation import Step


@pytest.fixture
def chunk(digits: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(digits[:32])[:, None]


STEPS = {
    "everything": augmentation.augmentation(),
    "drawn": augmentation.drawn(),
    "scanned": augmentation.scanned(),
    "thinner or thicker": partial(augmentation.stroke_weight, thinner=2, thicker=7),
    "a gap": augmentation.gap,
    "flat": augmentation.flat_ink,
    "coarse": partial(augmentation.low_resolution, lowest=6, highest=13),
    "framed": augmentation.framed,
    "paler": partial(augmentation.paler, palest=0.4),
    "off centre": partial(augmentation.off_centre, reach=1),
}


@pytest.mark.parametrize("name", STEPS)
def test_ink_stays_ink_and_no_digit_vanishes(name: str, chunk: Tensor) -> None:
    step: Step = STEPS[name]
    for seed in range(8):
        torch.manual_seed(seed)
        out = step(chunk)
        assert out.dtype == torch.float32
        assert len(out) == len(chunk)
        assert 0 <= out.min() <= out.max() <= 1
        assert (out.sum((1, 2, 3)) > 0).all()


@pytest.mark.parametrize("name", ["everything", "drawn", "scanned"])
def test_the_seed_decides_everything(name: str, chunk: Tensor) -> None:
    def run(seed: int) -> Tensor:
        torch.manual_seed(seed)
        return STEPS[name](chunk)

    assert torch.equal(run(3), run(3))
    assert not torch.equal(run(3), run(4))
    assert run(5).shape == chunk.shape


def test_the_digits_that_came_in_are_left_alone(chunk: Tensor) -> None:
    before = chunk.clone()
    torch.manual_seed(0)
    for step in STEPS.values():
        step(chunk)
    assert torch.equal(chunk, before)


def test_a_heavier_pen_only_adds_ink_and_a_lighter_one_only_takes_it(chunk: Tensor) -> None:
    torch.manual_seed(0)
    for _ in range(5):
        assert (augmentation.stroke_weight(chunk, thinner=0, thicker=6) >= chunk).all()
        assert (augmentation.stroke_weight(chunk, thinner=3, thicker=-1) <= chunk + 1e-6).all()


def test_moving_a_digit_moves_all_of_it(chunk: Tensor) -> None:
    torch.manual_seed(1)
    inner = torch.nn.functional.pad(chunk, (2, 2, 2, 2))
    moved = augmentation.off_centre(inner, reach=2)
    torch.testing.assert_close(moved.sum((1, 2, 3)), inner.sum((1, 2, 3)))
