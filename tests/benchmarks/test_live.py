"""The bench of the page: a real mouse in a real Chromium."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from jacviz.benchmarks import live_targets, tensorflow_js
from jacviz.benchmarks.live import SLOWEST_NAME, LiveMeasurements
from jacviz.errors import JacvizError
from jacviz.models.lenet5 import LeNet5


def _bench(file: Path, *arguments: object) -> tuple[dict[str, Any], str]:
    """What it saves and what it prints."""
    options = [str(argument) for argument in arguments]
    command = [sys.executable, "-m", "jacviz", "bench", "live", *options, "--json", str(file)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(file.read_text())
    assert [found[name] for name in ("remounts", "blanks", "faded", "stale")] == [0, 0, 0, 0]
    assert found["frames"] > 0
    assert min(found["updates_a_second"].values()) > 0
    assert SLOWEST_NAME in found["updates_a_second"]
    return found, ended.stdout


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("chromium_path")
def test_strokes_are_painted_by_the_browser_and_nothing_is_sent_meanwhile(
    tmp_path: Path,
) -> None:
    found, output = _bench(
        tmp_path / "live.json",
        *("--strokes", 2, "--starts", 0, "--long-strokes", 1, "--no-tensorflow"),
    )
    assert found["engine"] == "browser"
    assert "while the pen moves the browser answers" in output
    assert len(found["pen_up"]) == len(found["confirmed"]) == 2
    assert (found["bytes_up"], found["bytes_down"]) == ([], [])
    for name in ("framing", "one Jacobian", "a whole answer"):
        assert min(found["compute"][name]) > 0
        assert name in output
    assert found["targets"]
    for target in found["targets"]:
        assert target["verdict"] in {"reached", "not reached"}


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("chromium_path")
def test_the_servers_loop_is_measured_too(tmp_path: Path) -> None:
    found, output = _bench(
        tmp_path / "live.json",
        *("--strokes", 3, "--starts", 1, "--long-strokes", 2, "--engine", "server"),
    )
    assert "while the pen moves the server answers" in output
    assert len(found["pen_up"]) == 3
    assert all(len(seconds) == 1 for seconds in found["cold_start"].values())
    assert min(*found["bytes_up"], *found["bytes_down"]) > 0
    assert found["targets"] == []


def test_targets_are_ratios_of_figures_of_the_same_run() -> None:
    found = LiveMeasurements(
        idle=[20.0],
        pen_up=[22.0],
        one_text=[44.0],
        display_rate=60.0,
        moves_a_second={"slow": 50.0, "fast": 120.0, SLOWEST_NAME: 50.0},
        updates_a_second={"slow": 50.0, "fast": 54.0, SLOWEST_NAME: 9.0},
    )
    judged = [
        (row["required"], row["reached"], row["verdict"]) for row in live_targets.evaluate(found)
    ]
    assert judged == [
        ("at most 1.15 x", "1.1 x", "reached"),
        ("at most 1.5 x", "1.1 x", "reached"),
        ("at most 0.6 x", "0.5 x", "reached"),
        ("at least 0.95 x", "1 x", "reached"),
        ("at least 0.95 x", "0.9 x", "not reached"),
        ("at most 0", "0", "reached"),
        ("at most 0", "0", "reached"),
    ]
    found.bytes_up, found.stale = [12, 13], 1
    sent, wrong = live_targets.evaluate(found)[-2:]
    assert (sent["reached"], sent["verdict"]) == ("2", "not reached")
    assert (wrong["reached"], wrong["verdict"]) == ("1", "not reached")
    found.engine = "server"
    assert live_targets.evaluate(found) == []


def test_tensorflow_gets_the_weights_of_lenet5_in_its_own_order(
    lenet5: LeNet5, digits: np.ndarray
) -> None:
    """Its layers, written out in PyTorch with channels last between them."""
    weights = tensorflow_js.lenet5_weights()

    def tensor(description: dict[str, Any]) -> torch.Tensor:
        return torch.tensor(description["values"]).reshape(description["shape"])

    images = torch.from_numpy(digits)[..., None]
    y = (images - weights["mean"]) / weights["deviation"]
    for (kernel, bias), padding in zip(weights["convolutions"], (2, 0), strict=True):
        filters = tensor(kernel).permute(3, 2, 0, 1)
        z = functional.conv2d(y.permute(0, 3, 1, 2), filters, tensor(bias), padding=padding)
        y = functional.avg_pool2d(z, 2).tanh().permute(0, 2, 3, 1)
    y = y.reshape(len(y), 400)
    *hidden, last = weights["affine"]
    for matrix, bias in hidden:
        y = (y @ tensor(matrix) + tensor(bias)).tanh()
    logits = y @ tensor(last[0]) + tensor(last[1])
    torch.testing.assert_close(logits, lenet5(torch.from_numpy(digits)[:, None]), rtol=0, atol=1e-4)


def test_without_npm_the_bench_says_what_has_no_row(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(JacvizError, match=r"no row for TensorFlow.js: expected npm, found none"):
        tensorflow_js.install()
    assert tensorflow_js.cache_folder().is_relative_to(tmp_path)


def test_where_npm_gets_nothing_the_bench_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text("#!/bin/sh\necho 'network unreachable' >&2\nexit 1\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(npm.parent))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(JacvizError, match=r"npm does not get it: network unreachable"):
        tensorflow_js.install()
