"""MNIST from torchvision, and the stream of augmented digits a training run sees."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset
from torchvision.datasets import MNIST

from jacviz.errors import InputError
from jacviz.training.augmentation import augmentation

CHUNK = 32
"""Digits with the same augmentation parameters; a block distributes them over its batches."""
BLOCK = 64 * CHUNK


@dataclass(frozen=True)
class Digits:
    """Images (N, 28, 28) uint8, 0 for background, and labels (N,) int64."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, which: slice) -> "Digits":
        return Digits(self.images[which], self.labels[which])

    @property
    def ink(self) -> Tensor:
        """The network's input: (N, 1, 28, 28) float32 in [0, 1]."""
        return self.images[:, None].float() / 255


def mnist(folder: Path, *, train: bool, download: bool = False) -> Digits:
    """Read MNIST's 60,000 training or 10,000 test digits.

    `folder` is laid out as `torchvision.datasets.MNIST(folder)` expects, with a subfolder
    MNIST/raw; `download` fetches what is missing. Raises InputError where the data is not there
    or cannot be fetched.
    """
    try:
        digits = MNIST(str(folder), train=train, download=download)
    except (RuntimeError, OSError, ValueError) as error:
        raise InputError(
            f"expected MNIST in {folder}, got {error}; name the folder that holds MNIST/raw as"
            " torchvision lays it out, or download it"
        ) from error
    return Digits(digits.data, digits.targets)


class AugmentedBlocks(Dataset[tuple[Tensor, Tensor]]):
    """The digits of a whole training run in blocks: (ink (B, 1, 28, 28), labels (B,)).

    Every epoch runs through the digits in a new order. A block depends on the seed and its own
    number alone, so that the workers' number and pace change nothing.
    """

    def __init__(self, digits: Digits, epochs: int, seed: int) -> None:
        self.digits = digits
        self.seed = seed
        self.block = min(BLOCK, len(digits))
        self.per_epoch = len(digits) // self.block
        self.blocks = epochs * self.per_epoch
        self.augment = augmentation()

    def __len__(self) -> int:
        return self.blocks

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        if not 0 <= number < self.blocks:
            raise IndexError(number)
        epoch, place = divmod(number, self.per_epoch)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_mixed(self.seed, epoch, 0))
            order = torch.randperm(len(self.digits))[place * self.block :][: self.block]
            torch.manual_seed(_mixed(self.seed, epoch, 1 + place))
            ink = self.digits.images[order][:, None].float() / 255
            augmented = torch.cat([self.augment(chunk) for chunk in torch.split(ink, CHUNK)])
            dealt = torch.randperm(len(order))
        return augmented[dealt], self.digits.labels[order[dealt]]


def _mixed(seed: int, epoch: int, place: int) -> int:
    """Combine three numbers into one seed, different for different numbers."""
    return ((seed * 1_000_003 + epoch) * 1_000_003 + place) % 2**63
