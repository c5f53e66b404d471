"""Digits changed to the network's disadvantage: near, still ink, and harder to read."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from jacviz.models.lenet5 import LeNet5
from jacviz.training.adversarial import adversarial_ink


@pytest.mark.parametrize("radius", [0.1, 1.5])
def test_changed_digits_stay_near_and_ink_and_are_harder_to_read(
    lenet5: LeNet5, digits: NDArray[np.float32], radius: float
) -> None:
    ink = torch.from_numpy(digits)[:, None]
    labels = lenet5(ink).argmax(1)
    changed = adversarial_ink(lenet5, ink, labels, radius, steps=3)
    assert changed.min() >= 0
    assert changed.max() <= 1
    assert (changed - ink).flatten(1).norm(dim=1).max() <= radius * (1 + 1e-5)
    losses = [cross_entropy(lenet5(x), labels, reduction="none") for x in (ink, changed)]
    # One digit more or less may have its way over a ridge.
    assert (losses[1] > losses[0]).float().mean() > 0.95


def test_a_digit_is_changed_the_same_whatever_its_neighbours_are(
    lenet5: LeNet5, digits: NDArray[np.float32]
) -> None:
    ink = torch.from_numpy(digits[:4])[:, None]
    labels = lenet5(ink).argmax(1)
    together = adversarial_ink(lenet5, ink, labels, 1.0, steps=2)
    alone = adversarial_ink(lenet5, ink[2:3], labels[2:3], 1.0, steps=2)
    torch.testing.assert_close(together[2:3], alone, rtol=0, atol=1e-3)
