"""What several test rooms share: the real MNIST, the shipped network, sample digits."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from jacviz.bench.chromium import find_chromium
from jacviz.errors import JacvizError
from jacviz.lenet import LeNet5, load_lenet5
from jacviz.places import ASSETS

# A busy machine is no wrong answer.
settings.register_profile("jacviz", deadline=None)
settings.load_profile("jacviz")


class OneBrowser(LoadScopeScheduling):
    """Of several processes one has all browsers, which would wait for each other's cores; each
    other file is one process's, because its tests share what they have prepared."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "browser" if file.startswith(BROWSERS) else file


BROWSERS = ("tests/browser/", "tests/bench/test_live.py")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> OneBrowser:
    return OneBrowser(config, log)


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
