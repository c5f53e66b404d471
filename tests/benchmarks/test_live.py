"""The bench of the page: a real mouse in a real Chromium."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Servers, pages and pauses: half a minute even for one stroke.
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("strokes", "starts", "long_strokes"),
    [(1, 0, 1), (3, 1, 5)],
)
@pytest.mark.usefixtures("chromium_path")
def test_strokes_are_painted_and_nothing_is_stale_or_remounted(
    tmp_path: Path, strokes: int, starts: int, long_strokes: int
) -> None:
    file = tmp_path / "live.json"
    counts = {"strokes": strokes, "starts": starts, "long-strokes": long_strokes}
    options = [word for name, count in counts.items() for word in (f"--{name}", str(count))]
    command = [sys.executable, "-m", "jacviz", "bench", "live", *options, "--json", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "pen-up to ten maps painted" in ended.stdout
    found = json.loads(file.read_text())
    assert len(found["pen_up"]) == strokes
    assert all(len(seconds) == starts for seconds in found["cold_start"].values())
    assert min(found["updates_a_second"].values()) > 0
    assert "every move, integrated gradients" in found["updates_a_second"]
    assert found["frames"] > 0
    bad = [found[name] for name in ("remounts", "blanks", "faded", "stale")]
    assert bad == [0, 0, 0, 0]
