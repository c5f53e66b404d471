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
from jacviz.app.benchmark_job import BenchmarkJob
from jacviz.app.benchmark_results import MethodTimings
from jacviz.app.methods_figure import describe, figure
from jacviz.app.methods_table import article_summary, table
from jacviz.benchmarks import subprocess_runner
from jacviz.errors import JacvizError

FEW = ["loop", "compiled"]


@pytest.fixture(scope="module")
def run() -> MethodTimings:
    request = {"network": "toy", "methods": FEW, "turns": 1}
    return MethodTimings.from_report(
        subprocess_runner.run("jacviz.benchmarks.speed:measure", request), "here"
    )


def test_ratios_are_to_the_forums_loop(run: MethodTimings) -> None:
    loop, compiled = (run.timings[name] for name in FEW)
    assert loop.speedup == 1
    assert compiled.speedup == loop.median_us / compiled.median_us
    assert compiled.error < 1e-5


def test_table_and_picture_tell_of_every_method_that_was_measured(run: MethodTimings) -> None:
    columns = {"before": run, "now": run}
    html = table(jacviz.methods().values(), columns, {"layers": 115e-6})
    for name, method in jacviz.methods().items():
        assert f'data-method="{name}"' in html
        assert escape(method.about) in html
    assert "115 µs" in html
    drawn = figure(columns)
    assert [trace["name"] for trace in drawn["data"]] == ["before", "now"]
    assert all(trace["y"] == FEW for trace in drawn["data"])
    assert all(name in describe(columns) for name in FEW)


def test_the_articles_first_row_over_its_last(run: MethodTimings) -> None:
    slow, quick = (replace(run.timings["loop"], median_us=us) for us in (1e6, 100.0))
    rows = {"tensorflow": slow, "layers": quick}
    columns = {"Here": replace(run, timings=rows, article=dict.fromkeys(rows, True))}
    words = article_summary(columns)
    assert "5,722 times in 2018; Here: 10,000 times, and its check passes every row" in words
    wrong = replace(columns["Here"], article={"tensorflow": True, "layers": False})
    assert "its check fails: layers" in article_summary({"Here": wrong})
    assert article_summary({"Here": run}).endswith("5,722 times in 2018.")


def test_a_method_that_is_not_here_comes_with_the_command_that_installs_it(monkeypatch) -> None:
    from jacviz.autodiff import registry

    monkeypatch.setattr(registry, "find_spec", lambda name: None)
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


def _ended(job: BenchmarkJob, *, polling: bool) -> BenchmarkJob:
    # However busy the machine is: pytest's own limit ends what never ends.
    while not job.done:
        if polling:
            job.poll()
        time.sleep(0.05)
    return job


def test_a_visitor_measures_here_and_one_at_a_time() -> None:
    job = BenchmarkJob("toy", FEW)
    with pytest.raises(JacvizError, match="Another benchmark is running"):
        BenchmarkJob("toy", FEW)
    _ended(job, polling=True)
    assert job.error == ""
    assert job.timings is not None
    assert set(job.timings.timings) == set(FEW)
    assert job.poll() == 1


def test_a_measurement_that_nobody_looks_at_ends_with_its_process(monkeypatch) -> None:
    monkeypatch.setattr(benchmark_job, "IDLE_TIMEOUT_S", 0.0)
    before = psutil.Process().children()
    job = _ended(BenchmarkJob("toy", FEW), polling=False)
    assert psutil.Process().children() == before
    assert job.timings is None
    assert "page was closed" in job.error


@pytest.fixture
def hanging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A network that a fresh process waits for in vain."""
    (tmp_path / "hanging.py").write_text("import time\n\ndef build():\n    time.sleep(3600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return "hanging:build"


def test_what_hangs_can_be_stopped(hanging: str) -> None:
    before = psutil.Process().children()
    job = BenchmarkJob(hanging, FEW)
    job.cancel()
    assert _ended(job, polling=True).error.startswith("Stopped.")
    assert job.timings is None
    assert psutil.Process().children() == before


def test_what_hangs_ends_by_itself_and_says_why(hanging: str, monkeypatch) -> None:
    monkeypatch.setattr(benchmark_job, "TIME_LIMIT_S", 1.0)
    job = _ended(BenchmarkJob(hanging, FEW), polling=True)
    assert "took more than 1 s" in job.error


def test_ratios_read_as_a_person_says_them(run: MethodTimings) -> None:
    timing = run.timings["loop"]
    for ratio, words in ((86.4, ">86<"), (2.64, ">2.6<"), (0.19, ">0.2<"), (0.0039, ">1/256<")):
        column = replace(run, timings={"loop": replace(timing, speedup=ratio)})
        assert words in table(jacviz.methods().values(), {"here": column}, {})


def test_a_measurement_that_goes_wrong_says_what_did() -> None:
    job = _ended(BenchmarkJob("no-such-network", FEW), polling=True)
    assert "no-such-network" in job.error
    assert _ended(BenchmarkJob("toy", FEW[:1]), polling=True).error == ""
