"""What the bench writes is what the second page reads."""

import json
import os
import time
from dataclasses import replace
from html import escape
from pathlib import Path

import psutil
import pytest

import jacviz
from jacviz.app import benchmark_job, benchmark_results
from jacviz.app.benchmark_job import Measuring
from jacviz.app.benchmark_results import Findings
from jacviz.app.methods_figure import figure, in_words
from jacviz.app.methods_table import of_the_article, table
from jacviz.benchmarks import subprocess_runner
from jacviz.errors import JacvizError

FEW = ["loop", "compiled"]


@pytest.fixture(scope="module")
def findings() -> Findings:
    request = {"network": "toy", "methods": FEW, "turns": 1}
    return Findings.read(subprocess_runner.run("jacviz.benchmarks.speed:measure", request), "here")


def test_ratios_are_to_the_forums_loop(findings: Findings) -> None:
    loop, compiled = (findings.timings[name] for name in FEW)
    assert loop.ratio == 1
    assert compiled.ratio == loop.median_us / compiled.median_us
    assert compiled.error < 1e-5


def test_table_and_picture_tell_of_every_method_that_was_measured(findings: Findings) -> None:
    columns = {"before": findings, "now": findings}
    html = table(jacviz.methods().values(), columns, {"layers": 115e-6})
    for name, method in jacviz.methods().items():
        assert f'data-method="{name}"' in html
        assert escape(method.about) in html
    assert "115 µs" in html
    drawn = figure(columns)
    assert [trace["name"] for trace in drawn["data"]] == ["before", "now"]
    assert all(trace["y"] == FEW for trace in drawn["data"])
    assert all(name in in_words(columns) for name in FEW)


def test_the_articles_first_row_over_its_last(findings: Findings) -> None:
    slow, quick = (replace(findings.timings["loop"], median_us=us) for us in (1e6, 100.0))
    rows = {"tensorflow": slow, "layers": quick}
    columns = {"Here": replace(findings, timings=rows, article=dict.fromkeys(rows, True))}
    words = of_the_article(columns)
    assert "5,722 times in 2018; Here: 10,000 times, and its check passes every row" in words
    wrong = replace(columns["Here"], article={"tensorflow": True, "layers": False})
    assert "its check fails: layers" in of_the_article({"Here": wrong})
    assert of_the_article({"Here": findings}).endswith("5,722 times in 2018.")


def test_a_method_that_is_not_here_comes_with_the_command_that_installs_it(monkeypatch) -> None:
    from jacviz.autodiff import registry as ways

    monkeypatch.setattr(ways, "find_spec", lambda name: None)
    html = table(jacviz.methods().values(), {}, {})
    assert "<code>pip install &quot;jacviz[jax]&quot;</code>" in html


def test_what_ships_says_machine_and_date(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(benchmark_results, "ASSETS", tmp_path)
    assert benchmark_results.shipped() == {}
    row = {"method": "loop", "median_us": 2.0, "p99_us": 3.0, "error": 0.0}
    report = {
        "machine": {"processor": "An abacus", "torch": "2.14"},
        "date": "2018-05-01",
        "networks": [{"network": "toy", "rows": [row], "floor_us": None, "article": {}}],
    }
    (tmp_path / "bench-toy.json").write_text(json.dumps(report))
    shipped = benchmark_results.shipped()
    assert shipped["toy"].timings["loop"].median_us == 2.0
    assert "An abacus" in shipped["toy"].source
    assert "2018-05-01" in shipped["toy"].source


def _ended(running: Measuring, *, looking: bool) -> Measuring:
    deadline = time.monotonic() + 60
    while not running.done and time.monotonic() < deadline:
        if looking:
            running.look()
        time.sleep(0.05)
    assert running.done
    return running


def test_a_visitor_measures_here_and_one_at_a_time() -> None:
    running = Measuring("toy", FEW)
    with pytest.raises(JacvizError, match="measures on this machine just now"):
        Measuring("toy", FEW)
    _ended(running, looking=True)
    assert running.error == ""
    assert running.findings is not None
    assert set(running.findings.timings) == set(FEW)
    assert running.look() == 1


def test_a_measurement_that_nobody_looks_at_ends_with_its_process(monkeypatch) -> None:
    monkeypatch.setattr(benchmark_job, "PATIENCE", 0.0)
    before = psutil.Process().children()
    running = _ended(Measuring("toy", FEW), looking=False)
    assert psutil.Process().children() == before
    assert running.findings is None
    assert "nobody looked" in running.error


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A network that a fresh process waits for in vain."""
    (tmp_path / "hanging.py").write_text("import time\n\ndef build():\n    time.sleep(3600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return "hanging:build"


def test_what_hangs_can_be_stopped(hanging: str) -> None:
    before = psutil.Process().children()
    running = Measuring(hanging, FEW)
    running.stop()
    assert _ended(running, looking=True).error.startswith("Stopped.")
    assert running.findings is None
    assert psutil.Process().children() == before


def test_what_hangs_ends_by_itself_and_says_why(hanging: str, monkeypatch) -> None:
    monkeypatch.setattr(benchmark_job, "LIMIT", 1.0)
    running = _ended(Measuring(hanging, FEW), looking=True)
    assert "took more than 1 s" in running.error


def test_ratios_read_as_a_person_says_them(findings: Findings) -> None:
    timing = findings.timings["loop"]
    for ratio, words in ((86.4, ">86<"), (2.64, ">2.6<"), (0.19, ">0.2<"), (0.0039, ">1/256<")):
        column = replace(findings, timings={"loop": replace(timing, ratio=ratio)})
        assert words in table(jacviz.methods().values(), {"here": column}, {})


def test_a_measurement_that_goes_wrong_says_what_did() -> None:
    running = _ended(Measuring("no-such-network", FEW), looking=True)
    assert "no-such-network" in running.error
    assert _ended(Measuring("toy", FEW[:1]), looking=True).error == ""
