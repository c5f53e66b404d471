"""Files are written whole or not at all, also on a disk that fills up."""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jacviz.export.files import write_all


@pytest.fixture
def full_at() -> Any:
    """A function after which no file of this process grows beyond a number of bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_files_are_written_and_replaced(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"old")
    write_all({one: b"new", other: b""})
    assert (one.read_bytes(), other.read_bytes()) == (b"new", b"")
    assert sorted(tmp_path.iterdir()) == [one, other]


@pytest.mark.parametrize("order", [1, -1])
def test_on_a_full_disk_all_files_stay_as_they_were(
    tmp_path: Path, full_at: Callable[[int], None], order: int
) -> None:
    small, large, new = tmp_path / "small", tmp_path / "large", tmp_path / "new"
    small.write_bytes(b"old")
    large.write_bytes(b"old too")
    full_at(1000)
    files = {small: b"-" * 10, new: b"-" * 10, large: b"-" * 5000}
    with pytest.raises(OSError, match="too large"):
        write_all(dict(list(files.items())[::order]))
    assert (small.read_bytes(), large.read_bytes()) == (b"old", b"old too")
    assert sorted(tmp_path.iterdir()) == [large, small]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_all({tmp_path / "missing" / "file": b""})
