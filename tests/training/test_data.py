"""The training stream: every digit once an epoch, reproducible whoever computes it."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from jacviz.errors import InputError
from jacviz.resources import ASSETS
from jacviz.training.data import AugmentedBlocks, Digits, mnist
from jacviz.training.digit_styles import draw_styled_digits


@pytest.fixture
def sample(digits: NDArray[np.float32]) -> Digits:
    images = torch.from_numpy((digits * 255).round().astype(np.uint8))
    return Digits(images, torch.arange(len(images)))


def test_a_block_depends_on_seed_and_number_alone(sample: Digits) -> None:
    blocks = AugmentedBlocks(sample, epochs=3, seed=7)
    torch.manual_seed(1)
    ink, labels = blocks[2]
    torch.manual_seed(2)
    blocks[0]
    again, same_labels = AugmentedBlocks(sample, epochs=3, seed=7)[2]
    assert torch.equal(ink, again)
    assert torch.equal(labels, same_labels)
    assert not torch.equal(ink, AugmentedBlocks(sample, epochs=3, seed=8)[2][0])


def test_making_a_block_leaves_everyone_elses_random_numbers_alone(sample: Digits) -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    AugmentedBlocks(sample, epochs=1, seed=7)[0]
    assert torch.equal(torch.rand(3), expected)


def test_an_epoch_holds_every_digit_once_in_an_order_of_its_own(sample: Digits) -> None:
    blocks = AugmentedBlocks(sample, epochs=2, seed=7)
    orders = [labels.tolist() for _, labels in (blocks[n] for n in range(len(blocks)))]
    assert [sorted(order) for order in orders] == [list(range(len(sample)))] * 2
    assert orders[0] != orders[1]


def test_a_digit_keeps_its_label(sample: Digits) -> None:
    blocks = AugmentedBlocks(sample, epochs=1, seed=0)
    blocks.augment = lambda chunk: chunk
    ink, labels = blocks[0]
    assert torch.equal(ink, sample.ink[labels])


@pytest.mark.parametrize("train", [True, False])
def test_a_folder_without_mnist_is_named(tmp_path: Path, train: bool) -> None:
    with pytest.raises(InputError, match=f"expected MNIST in {tmp_path}.*MNIST/raw"):
        mnist(tmp_path, train=train)


def test_the_sample_digits_are_those_of_the_test_set(mnist: Path) -> None:
    from jacviz.training import data

    test = data.mnist(mnist, train=False)
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
        index = sample["index"].astype(int)
        np.testing.assert_array_equal(sample["images"], test.images.numpy()[index])
        np.testing.assert_array_equal(sample["labels"], test.labels.numpy()[index])
        assert np.bincount(sample["labels"]).tolist() == [8] * 10


def test_the_sample_digits_hold_plain_and_hard_ones_of_every_class(
    digits: NDArray[np.float32], lenet5: torch.nn.Module
) -> None:
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
        labels = torch.from_numpy(sample["labels"].astype(np.int64))
    p, answers = lenet5(torch.from_numpy(digits)[:, None]).softmax(1).max(1)
    for k in range(10):
        of_class = labels == k
        assert (p[of_class & (answers == k)] > 0.95).sum() >= 5
        assert (answers[of_class] != k).sum() >= 1
        assert (p[of_class] < 0.8).sum() >= 2
    # Ink from a thin 9 to a fat 0, and slants to both sides.
    ink = digits.sum((1, 2))
    assert ink[labels != 1].min() < 40
    assert ink.max() > 200
    down, across = np.mgrid[:28, :28]
    rows, columns = (
        grid - (digits * grid).sum((1, 2), keepdims=True) / ink[:, None, None]
        for grid in (down, across)
    )
    slants = (digits * rows * columns).sum((1, 2)) / (digits * rows**2).sum((1, 2))
    assert slants.min() < -0.5
    assert slants.max() > 0.5


def test_styled_digits_come_in_every_class_and_from_their_seed() -> None:
    images, labels = draw_styled_digits(70, seed=3)
    assert images.shape == (70, 28, 28)
    assert images.dtype == torch.uint8
    assert torch.bincount(labels).tolist() == [7] * 10
    assert (images.amax((1, 2)) > 100).all()
    assert torch.equal(draw_styled_digits(70, seed=3)[0], images)
    assert not torch.equal(draw_styled_digits(70, seed=4)[0], images)


@pytest.mark.slow
def test_the_shipped_network_reads_most_styles_as_what_they_are(lenet5: torch.nn.Module) -> None:
    images, labels = draw_styled_digits(400, seed=99)
    right = lenet5(images[:, None].float() / 255).argmax(1) == labels
    assert right.float().mean() > 0.95
