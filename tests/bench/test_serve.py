"""The bench of the server: people who speak the page's real protocol."""

import json
from pathlib import Path

from click.testing import CliRunner

from jacviz.bench.serve import command


def test_everybody_gets_the_answer_to_their_own_ink_also_beside_a_flood(tmp_path: Path) -> None:
    file = tmp_path / "loads.json"
    ended = CliRunner().invoke(command, ["--people", "3", "--strokes", "2", "--json", str(file)])
    assert ended.exit_code == 0, ended.output
    loads = json.loads(file.read_text())
    assert [load["people"] for load in loads] == [1, 1, 3, 3]
    assert all(load["errors"] == load["wrong"] == 0 for load in loads)
    for load in loads[1::2]:
        assert load["flood"]
        assert all(status.startswith("4") for status in load["flood"])
