"""The bench runs, and its figures hang together; how fast anything is, it alone may say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from click.testing import CliRunner, Result
from safetensors.torch import save_file
from torch import nn

import jacviz
from jacviz.autodiff import reference
from jacviz.autodiff.registry import METHODS
from jacviz.benchmarks import article, speed, subprocess_runner, timing
from jacviz.benchmarks.entries import entry_named
from jacviz.benchmarks.figure import draw
from jacviz.benchmarks.networks import get_network
from jacviz.benchmarks.roofline import least_multiply_adds
from jacviz.benchmarks.tables import microseconds
from jacviz.benchmarks.timing import interleave
from jacviz.benchmarks.webassembly.node import INSTALL_HINT, NodeInstance, node_failure
from jacviz.cli.bench.jacobian import command


def _bench(*arguments: object) -> Result:
    # Narrower than any table: what is no terminal gets it whole.
    return CliRunner(env={"COLUMNS": "40"}).invoke(command, [str(a) for a in arguments])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], str]:
    """One small run of half a minute: what it prints, its JSON file, its picture."""
    folder = tmp_path_factory.mktemp("bench")
    file, plot = folder / "bench.json", folder / "bench.html"
    threads = torch.get_num_threads()
    result = _bench(
        *("--network", "toy", "--methods", "loop,layers,compiled,graph", "--turns", 2),
        *("--images", 20, "--json", file, "--plot", plot),
    )
    assert result.exit_code == 0, result.output
    assert torch.get_num_threads() == threads
    return result.output, json.loads(file.read_text()), plot.read_text()


@pytest.mark.slow
def test_table_and_file_say_the_same(run: tuple[str, dict[str, Any], str]) -> None:
    output, report, _ = run
    (found,) = report["networks"]
    rows = {row["method"]: row for row in found["rows"]}
    assert list(rows) == ["loop", "layers", "compiled", "graph"]
    for name, row in rows.items():
        assert name in output
        assert 0 < row["median_us"] <= row["p99_us"]
        assert row["times_faster"] == pytest.approx(rows["loop"]["median_us"] / row["median_us"])
        assert row["error"] < 1e-4
        assert row["cold_start_s"] > 0
        assert row["memory_mib"] >= 0
    assert report["machine"]["torch"] == torch.__version__.partition("+")[0]


@pytest.mark.slow
def test_redirected_tables_hold_every_number_whole(run: tuple[str, dict[str, Any], str]) -> None:
    output, report, _ = run
    assert "…" not in output
    (found,) = report["networks"]
    for row in found["rows"]:
        (line,) = [
            cells
            for line in output.splitlines()
            if len(cells := [cell.strip() for cell in line.split("│")]) == 9
            and cells[1] == row["method"]
        ]
        assert line[2:8] == [
            microseconds(row["median_us"]),
            microseconds(row["p99_us"]),
            f"{row['times_faster']:.3g} x",
            f"{row['error']:.0e}",
            f"{row['cold_start_s']:.1f} s",
            f"{row['memory_mib']:.0f} MiB",
        ]


@pytest.mark.slow
def test_the_floor_is_multiply_adds_over_their_rate(run: tuple[str, dict[str, Any], str]) -> None:
    output, report, _ = run
    (found,) = report["networks"]
    # Forward both affine maps; backward ten rows through the first, since the second starts them.
    assert found["multiply_adds"] == 500 * 100 + 100 * 10 + 10 * 500 * 100
    seconds = found["multiply_adds"] / found["multiply_adds_per_second"]
    assert found["floor_us"] == pytest.approx(1e6 * seconds)
    assert f"Floor: {found['multiply_adds']:,} multiply-adds" in output


def test_the_floor_counts_only_the_winners_of_a_maximum_pooling() -> None:
    layers = nn.Conv2d(1, 6, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 9, 4)
    plan = jacviz.compile_jacobian(nn.Sequential(*layers).eval(), np.zeros((1, 8, 8))).plan
    conv, affine = 6 * 36 * 9, 6 * 9 * 4
    assert least_multiply_adds(plan) == conv + affine + 4 * (6 * 9) * 9


@pytest.mark.slow
def test_the_articles_rows_pass_its_check(run: tuple[str, dict[str, Any], str]) -> None:
    output, report, _ = run
    assert report["networks"][0]["article"] == {"layers": True, "compiled": True}
    assert "The 2018 article's table" in output


@pytest.mark.slow
def test_many_images_are_counted(run: tuple[str, dict[str, Any], str]) -> None:
    batches = run[1]["networks"][0]["batches"]
    assert len(batches) == 3
    for row in batches.values():
        assert row["images"] == 20
        assert row["images_per_second"] > 0


@pytest.mark.slow
def test_every_aim_is_judged_by_the_figures_of_the_same_run(
    run: tuple[str, dict[str, Any], str],
) -> None:
    output, report, _ = run
    (found,) = report["networks"]
    rows = {row["method"]: row["median_us"] for row in found["rows"]}
    targets = {row["target"]: row for row in found["targets"]}
    against = targets["times faster than 'loop'"]
    assert against["required"] == "at least 120 x"
    assert against["reached"] == f"{rows['loop'] / rows['graph']:.3g} x"
    assert against["at_the_floor"] == f"{rows['loop'] / found['floor_us']:.3g} x"
    verdicts = {"reached", "not reached", "beyond the floor"}
    assert {row["verdict"] for row in targets.values() if row["reached"]} <= verdicts
    assert targets["times faster than 'jax'"]["verdict"] == "not measured"
    for words in targets:
        assert words in output


@pytest.mark.parametrize("name", ["lenet5", "lenet5-relu", "toy"])
def test_what_the_bench_compares_with_computes_the_same(name: str) -> None:
    network = get_network(name)
    exact = reference.jacobian(network.model, network.x).numpy()
    for entry in ("graph", "graph-numpy", "onnxruntime"):
        found = np.asarray(entry_named(entry).prepare(network.model, network.x)())
        error = np.abs(found.reshape(exact.shape) - exact).max()
        assert error <= 1e-4 * np.abs(exact).max(), entry


@pytest.mark.node
@pytest.mark.skipif(node_failure() is not None, reason=f"{node_failure()}; {INSTALL_HINT}")
@pytest.mark.parametrize("name", ["lenet5", "toy"])
def test_webassembly_has_a_row_that_node_times(name: str) -> None:
    network = get_network(name)
    report = speed.measure(
        {"network": name, "methods": ["graph", "graph-wasm"], "turns": 2}, lambda share: None
    )
    native, wasm = report["rows"]
    assert (native["title"], wasm["title"]) == ("graph", "compiled, WebAssembly (Node)")
    assert wasm["calls"] == 10
    assert 0 < wasm["median_us"] <= wasm["p99_us"]
    assert wasm["error"] < 1e-5
    with NodeInstance(jacviz.compile_jacobian(network.model, network.x).to_wasm()) as instance:
        instance(network.x.numpy().ravel())
        assert min(instance.time(3)) > 0


def test_without_node_the_bench_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    node_failure.cache_clear()
    with pytest.raises(jacviz.InputError, match=r"found none; get Node.js .* https://nodejs.org"):
        entry_named("graph-wasm").prepare(nn.Linear(2, 2).eval(), torch.zeros(2))
    node_failure.cache_clear()


@pytest.mark.slow
def test_the_picture_has_a_logarithmic_bar_for_each_method(
    run: tuple[str, dict[str, Any], str],
) -> None:
    _, report, page = run
    assert "Plotly.newPlot" in page
    figure = draw(report["networks"] * 2)
    assert [trace["type"] for trace in figure["data"]] == ["bar", "bar"]
    assert sorted(figure["data"][0]["y"]) == ["compiled", "graph", "layers", "loop"]
    assert figure["layout"]["xaxis"]["type"] == figure["layout"]["xaxis2"]["type"] == "log"


def test_the_articles_check_finds_what_is_wrong() -> None:
    toy = get_network("toy")
    model, x = toy.model.double(), toy.x.double()
    right = METHODS["layers"].prepare(model, x)
    assert article.is_jacobian_correct(right, model, x)
    assert not article.is_jacobian_correct(lambda x: right(x) + 0.01, model, x)


def test_the_articles_network_is_the_articles_and_leaves_its_classes_open() -> None:
    toy = get_network("toy")
    assert [tuple(p.shape) for p in toy.model.parameters()] == [
        (100, 500),
        (100,),
        (10, 100),
        (10,),
    ]
    weights = torch.cat([p.flatten() for p in toy.model.parameters()])
    assert abs(float(weights.mean())) < 0.02
    assert abs(float(weights.std()) - 1) < 0.02
    assert toy.x.shape == (500,)
    assert jacviz.jacobian(toy.model, toy.x).abs().max() > 0.1
    assert torch.equal(toy.x, get_network("toy").x)


EXAMPLE = """
import torch

def build():
    linear = torch.nn.Linear(3, 2, bias=False)
    torch.nn.init.ones_(linear.weight)
    return torch.nn.Sequential(linear, torch.nn.Dropout(0.5)), torch.ones(3)
"""


def test_a_network_of_ones_own_is_a_function_or_weights(
    lenet5: nn.Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bench_example.py").write_text(EXAMPLE)
    monkeypatch.syspath_prepend(tmp_path)

    file = tmp_path / "mine.safetensors"
    save_file(lenet5.state_dict(), file)
    mine = get_network(str(file))
    np.testing.assert_array_equal(mine.model(mine.x[None]), lenet5(mine.x[None]))
    own = get_network("bench_example:build")
    assert own.title == "bench_example:build"
    assert not own.model.training
    torch.testing.assert_close(own.model(own.x[None])[0], torch.full((2,), 3.0))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--network", "resnet"], "expected 'lenet5', 'lenet5-relu', 'toy'"),
        pytest.param(
            ["--network", "math:pi"],
            "does not return a module and an example",
            marks=pytest.mark.slow,
        ),
        (["--methods", "magic"], "expected a method, one of 'loop'"),
        (["--plot", "bench.pdf"], "expected a name with .html, .svg, .png"),
    ],
)
def test_what_cannot_be_timed_is_named(arguments: list[str], message: str) -> None:
    result = _bench(*arguments)
    assert isinstance(result.exception, jacviz.JacvizError), result.output
    assert message in str(result.exception)


def test_functions_take_turns_and_slow_ones_sit_some_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(timing.time, "perf_counter", lambda: now)
    monkeypatch.setattr(timing, "MAX_SECONDS_PER_FUNCTION", 1.0)
    called: list[str] = []

    def taking(name: str, seconds: float) -> Callable[[], None]:
        def function() -> None:
            nonlocal now
            now += seconds
            called.append(name)

        return function

    functions = {"quick": taking("quick", 1e-4), "slow": taking("slow", 0.125)}
    seconds = interleave(functions, 40, calls=2)
    assert seconds["quick"] == pytest.approx([1e-4] * 80)
    # A turn is two calls, one of which counts: 0.25 s of the budget each, every tenth turn.
    assert seconds["slow"] == pytest.approx([0.125] * 4)
    warm = called.index("quick", called.index("slow"))
    assert called[warm : warm + 4] == ["quick", "quick", "quick", "slow"]


def test_what_ends_a_measuring_process_is_reported() -> None:
    with pytest.raises(jacviz.JacvizError, match=r"(?s)ended early.*no_such_task"):
        subprocess_runner.run("jacviz.benchmarks.speed:no_such_task", {})
