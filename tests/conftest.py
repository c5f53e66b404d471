"""What several test rooms share: the real MNIST, the shipped network, sample digits."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from numpy.typing import NDArray
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from jacviz.benchmarks.chromium import find_chromium
from jacviz.errors import JacvizError
from jacviz.models.lenet5 import LeNet5, load_lenet5
from jacviz.resources import ASSETS

from serving import Server

# A busy machine is no wrong answer.
settings.register_profile("default", deadline=None, max_examples=25)
settings.register_profile("thorough", deadline=None, max_examples=200)

# The longest first, so that at the end no process waits for another.
LONGEST = (
    "tests/browser/",
    "tests/autodiff/",
    "tests/compiler/",
    "tests/benchmarks/",
    "tests/server/",
)

PROCESSES = 2


def pytest_configure(config: pytest.Config) -> None:
    long = config.option.markexpr != "not slow"
    settings.load_profile("thorough" if long else "default")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Share the whole suite among processes; a choice of tests starts sooner in a single one."""
    return PROCESSES if config.args_source is not pytest.Config.ArgsSource.ARGS else 0


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    return ByFile(config, log)


class ByFile(LoadScopeScheduling):
    """Each file is one process's, because its tests share what they have prepared."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.partition("::")[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def room(item: pytest.Item) -> int:
        return next((i for i, one in enumerate(LONGEST) if item.nodeid.startswith(one)), 99)

    items.sort(key=room)


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
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running app, started with the `jacviz` command; all tests share it."""
    with Server(["-m", "jacviz"], tmp_path_factory.mktemp("app")) as server:
        yield server.url


@pytest.fixture(scope="session")
def lenet5() -> LeNet5:
    return load_lenet5()


@pytest.fixture(scope="session")
def digits() -> NDArray[np.float32]:
    """The sample digits that ship with jacviz, (N, 28, 28) ink in [0, 1]."""
    with np.load(ASSETS / "digits.npz", allow_pickle=False) as sample:
        return sample["images"].astype(np.float32) / 255
