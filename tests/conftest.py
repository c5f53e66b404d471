"""What several test rooms share: the real MNIST, the shipped network, sample digits."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from jacviz.bench.chromium import find_chromium
from jacviz.errors import JacvizError
from jacviz.lenet import LeNet5, load_lenet5
from jacviz.places import ASSETS


@pytest.fixture(scope="session")
def mnist() -> Path:
    """The folder with the whole of MNIST, as torchvision lays it out."""
    folder = os.environ.get("JACVIZ_MNIST")
    if not folder:
        pytest.skip("needs the whole of MNIST: set JACVIZ_MNIST to a folder torchvision can read")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; tests that need it skip without it, or fail where it is required."""
    try:
        return find_chromium()
    except JacvizError as error:
        if os.environ.get("JACVIZ_REQUIRE_BROWSER"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def lenet5() -> LeNet5:
    return load_lenet5()


@pytest.fixture(scope="session")
def digits() -> NDArray[np.float32]:
    """The sample digits that ship with jacviz, (N, 28, 28) ink in [0, 1]."""
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
        return sample["images"].astype(np.float32) / 255
