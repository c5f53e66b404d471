"""The bench of the server: people who speak the page's real protocol."""

import json
import subprocess
import sys
from pathlib import Path


def test_everybody_gets_the_answer_to_their_own_ink_also_beside_a_flood(tmp_path: Path) -> None:
    file = tmp_path / "loads.json"
    command = [sys.executable, "-m", "jacviz", "bench", "serve", "--people", "3", "--strokes", "2"]
    ended = subprocess.run(
        [*command, "--json", str(file)], capture_output=True, text=True, timeout=300, check=False
    )
    assert ended.returncode == 0, ended.stderr
    loads = json.loads(file.read_text())
    assert [load["people"] for load in loads] == [1, 1, 3, 3]
    assert all(load["errors"] == load["wrong"] == 0 for load in loads)
    for load in loads[1::2]:
        assert load["flood"]
        assert all(status.startswith("4") for status in load["flood"])
