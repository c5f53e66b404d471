"""The bench of the page: a real mouse in a real Chromium."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser


def test_strokes_are_painted_and_nothing_is_stale_or_remounted(
    chromium_path: str, tmp_path: Path
) -> None:
    assert chromium_path
    file = tmp_path / "live.json"
    command = [sys.executable, "-m", "jacviz", "bench", "live"]
    ended = subprocess.run(
        [*command, "--strokes", "3", "--starts", "1", "--json", str(file)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "pen-up to ten maps painted" in ended.stdout
    found = json.loads(file.read_text())
    assert len(found["pen_up"]) == 3
    assert found["frames"] > 100
    bad = [found[name] for name in ("remounts", "blanks", "faded", "stale")]
    assert bad == [0, 0, 0, 0]
