"""The bench runs, and its figures hang together; how fast anything is, it alone may say."""

import json
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from jacviz.bench.jacobian import command


def test_the_table_and_the_file_say_the_same(tmp_path: Path) -> None:
    file = tmp_path / "jacobian.json"
    threads = torch.get_num_threads()
    result = CliRunner().invoke(command, ["--turns", "3", "--json", str(file)])
    assert result.exit_code == 0, result.output
    rows = json.loads(file.read_text())
    assert rows[0]["method"] == "forum's loop"
    assert len(rows) == 3
    for row in rows:
        assert row["method"] in result.output
        assert 0 < row["median_us"] <= row["p99_us"]
        assert row["times_faster"] == pytest.approx(rows[0]["median_us"] / row["median_us"])
        assert row["error"] < 1e-5
    assert torch.get_num_threads() == threads
