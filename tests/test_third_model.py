"""A model with seven named classes of 20 x 24 pixels works wherever LeNet-5 does."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

import jacviz
from jacviz import explain
from jacviz.app import state
from jacviz.cli import check as check_command
from jacviz.cli import map as map_command
from jacviz.compiler import CompiledJacobian
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, AttributionName
from jacviz.export.npz import encode_npz
from jacviz.export.number_format import percent, significant
from jacviz.export.png import Layout, draw_report
from jacviz.export.script import script
from jacviz.export.svg import draw_svg
from jacviz.models import registry
from jacviz.models.model import Model
from jacviz.preprocessing.frame import Frame
from jacviz.preprocessing.image_io import read_image
from jacviz.server import handlers, routes
from jacviz.server.map_request import MapRequest
from jacviz.server.validation import RequestError

from shapes import HEIGHT, LABELS, WIDTH, shapes

M = len(LABELS)
TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def model() -> Iterator[Model]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_MODELS", dict(registry._MODELS))
        yield jacviz.register(shapes())


@pytest.fixture(scope="module")
def graph(model: Model) -> CompiledJacobian:
    return jacviz.compile_jacobian(model)


@pytest.fixture(scope="module")
def canvas() -> np.ndarray:
    """A drawing as the page sends it."""
    ink = np.zeros((131, 131), np.uint8)
    ink[30:100, 40:52] = 255
    ink[60:70, 20:110] = 130
    return ink


@pytest.fixture(scope="module")
def framed(model: Model, canvas: np.ndarray) -> Frame:
    return model.frame(canvas)


@pytest.fixture(scope="module")
def answer(model: Model, framed: Frame) -> jacviz.Sensitivity:
    return jacviz.sensitivity(model, framed.image)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = Image.new("L", (240, 200), 255)
    ImageDraw.Draw(image).ellipse((60, 40, 170, 150), outline=0, width=14)
    path = tmp_path / "ring.png"
    image.save(path)
    return path


def test_the_jacobian_has_its_shape_and_is_right(model: Model, answer: jacviz.Sensitivity) -> None:
    assert answer.jacobian("probability").shape == (M, HEIGHT, WIDTH)
    image = np.random.default_rng(0).random(model.input_shape).astype(np.float32)
    assert jacviz.check(model.module, image).passed


@pytest.mark.parametrize("method", ATTRIBUTION_NAMES)
def test_every_kind_of_map_has_its_shape(
    graph: CompiledJacobian, framed: Frame, method: AttributionName
) -> None:
    found = explain.attribute(graph, framed.image, method)
    assert found.maps.shape == (M, HEIGHT, WIDTH)


def test_integrated_gradients_add_up_to_the_change_from_any_baseline(
    model: Model, graph: CompiledJacobian, framed: Frame
) -> None:
    baseline = np.random.default_rng(2).random((1, HEIGHT, WIDTH)).astype(np.float32)
    found = explain.attribute(
        graph, framed.image, "integrated-gradients", "logit", baseline=baseline
    )
    change = graph(framed.image)[0] - graph(baseline)[0]
    np.testing.assert_allclose(found.maps.sum(axis=(1, 2)), change, atol=1e-3)
    assert found.residual is not None
    assert np.abs(found.residual).max() < 1e-3
    with pytest.raises(jacviz.InputError, match=r"baseline of shape \(20, 24\)"):
        explain.attribute(graph, framed.image, "integrated-gradients", baseline=np.zeros(5))


def test_every_question_is_answered(
    graph: CompiledJacobian, framed: Frame, answer: jacviz.Sensitivity
) -> None:
    image = framed.image
    inspected = explain.inspect(image, answer, (19, 23))
    assert inspected.derivatives.shape == (M,)
    assert inspected.total == pytest.approx(0, abs=1e-6)
    found = explain.what_if(graph, image, explain.brush(image.shape, (19, 23), 2))
    assert found.true.shape[1] == M
    assert explain.versus(answer).map.shape == (HEIGHT, WIDTH)
    steps = explain.toward(graph, image, 5)
    assert steps.probabilities.shape[1] == M
    flip = explain.nearest_flip(graph, image)
    assert flip is not None
    assert flip.after != flip.before == answer.top


def _header(reply: bytes) -> dict[str, object]:
    length = int.from_bytes(reply[:4], "little")
    header: dict[str, object] = json.loads(reply[4 : 4 + length])
    return header


def test_the_servers_answer_brings_labels_and_shape_of_the_asked_network(
    model: Model, canvas: np.ndarray, answer: jacviz.Sensitivity
) -> None:
    reply = handlers.maps(canvas, MapRequest(network="shapes"))
    header = _header(reply)
    assert header["labels"] == list(LABELS)
    assert (header["height"], header["width"], header["noun"]) == (HEIGHT, WIDTH, "shape")
    maps = np.frombuffer(reply[-4 * M * HEIGHT * WIDTH :], "<f4").reshape(M, HEIGHT, WIDTH)
    np.testing.assert_allclose(maps, answer.jacobian("probability"), atol=1e-6)
    empty = _header(handlers.maps(np.zeros_like(canvas), MapRequest(network="shapes")))
    assert (empty["empty"], empty["labels"]) == (True, list(LABELS))


@pytest.mark.parametrize(
    ("query", "accepted", "refused"),
    [
        ({"ask": "what-if", "row": "0", "radius": "1"}, {"column": "23"}, {"column": "24"}),
        ({"ask": "what-if", "column": "0", "radius": "1"}, {"row": "19"}, {"row": "20"}),
        ({"ask": "versus"}, {"a": "6"}, {"a": "7"}),
        ({"ask": "toward", "space": "logit", "exact": "1"}, {"target": "6"}, {"target": "7"}),
        ({"ask": "check", "space": "logit"}, {"pixels": "480"}, {"pixels": "481"}),
    ],
)
def test_what_may_be_asked_ends_where_the_network_does(
    model: Model, query: dict[str, str], accepted: dict[str, str], refused: dict[str, str]
) -> None:
    by = {"network": "shapes"}
    assert routes.parse_request({**query, **by, **accepted}).network == "shapes"
    with pytest.raises(RequestError):
        routes.parse_request({**query, **by, **refused})
    # The standard network has more pixels and more classes.
    assert routes.parse_request({**query, **refused}).network == "standard"


def test_numbers_in_requests_may_have_as_many_digits_as_a_large_network_needs() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "_MODELS", dict(registry._MODELS))
        jacviz.register(
            jacviz.Model(name="large", module=list, labels=("x",), input_shape=(1, 2000, 3000))
        )
        query = {"ask": "check", "space": "logit", "network": "large", "pixels": "6000000"}
        assert routes.parse_request(query).network == "large"


def test_a_link_is_read_for_the_network_that_it_names(model: Model) -> None:
    read, complaints = state.parse_query("network=shapes&pixel=19-23&a=6&b=0")
    assert complaints == ()
    size = {"height": model.height, "width": model.width, "classes": len(model.labels)}
    assert state.restrict_to_model(read, **size) == (read, ())
    outside, _ = state.parse_query("network=shapes&pixel=20-0&a=7")
    kept, complaints = state.restrict_to_model(outside, **size)
    assert (kept.pixel, kept.a) == (None, None)
    assert complaints == (
        "The link's pixel=20-0 cannot be used: expected 0-0 to 19-23.",
        "The link's a=7 cannot be used: expected 0 to 6.",
    )


def test_the_archive_names_its_classes_and_its_weights(
    model: Model, framed: Frame, answer: jacviz.Sensitivity, tmp_path: Path
) -> None:
    file = tmp_path / "shapes.npz"
    file.write_bytes(
        encode_npz(framed, answer, "logit", source="a test", data=b"", network="shapes")
    )
    with np.load(file, allow_pickle=False) as numbers:
        assert tuple(numbers["labels"]) == LABELS
        assert numbers["jacobian"].shape == (M, HEIGHT, WIDTH)
        assert numbers["frame"].shape == (HEIGHT, WIDTH)
        assert str(numbers["weights_sha256"]) == model.weights_sha256()


def test_the_picture_has_a_map_of_its_shape_for_each_name(
    answer: jacviz.Sensitivity, framed: Frame, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    original = ImageDraw.ImageDraw.text

    def text(self: ImageDraw.ImageDraw, xy: object, text: str, **how: object) -> None:
        drawn.append(text)
        original(self, xy, text, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    picture = draw_report(framed.image, answer, labels=LABELS)
    layout = Layout(M, HEIGHT, WIDTH)
    assert layout.corner(5)[1] > layout.corner(4)[1]
    assert picture.height >= layout.bottom
    assert set(LABELS) <= set(drawn)
    with pytest.raises(jacviz.InputError, match="expected a label for each of 7 outputs, got 2"):
        draw_report(framed.image, answer, labels=("a", "b"))


def test_the_vector_graphic_writes_names_as_text(answer: jacviz.Sensitivity) -> None:
    svg = ElementTree.fromstring(draw_svg(answer, labels=LABELS))
    space = "{http://www.w3.org/2000/svg}"
    texts = [each.text for each in svg.iter(f"{space}text")]
    assert tuple(text for text in texts if text in LABELS) == LABELS
    images = svg.findall(f"{space}image")
    assert len(images) == M
    ratios = {float(each.get("width", 0)) / float(each.get("height", 1)) for each in images}
    assert ratios == {WIDTH / HEIGHT}


@pytest.mark.parametrize(
    "method", ["gradient", pytest.param("integrated-gradients", marks=pytest.mark.slow)]
)
def test_the_script_runs_in_a_process_that_is_told_of_the_model(
    canvas: np.ndarray, answer: jacviz.Sensitivity, tmp_path: Path, method: str
) -> None:
    # Written where the model comes from the environment, the script's first line says so.
    write = (
        "import sys, numpy as np; from jacviz.export.script import script; "
        "sys.stdout.write(script(np.load('canvas.npy'), 'logit', 'shapes', sys.argv[1]))"
    )
    np.save(tmp_path / "canvas.npy", canvas)
    env = {
        **os.environ,
        "JACVIZ_MODELS": "shapes:shapes",
        "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}",
    }

    def run(*arguments: str) -> str:
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, env=env, cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout

    text = run("-c", write, method)
    assert text.splitlines()[0] == "# pip install jacviz; needs JACVIZ_MODELS=shapes:shapes"
    (tmp_path / "script.py").write_text(text)
    lines = run("script.py").splitlines()
    assert all(line.startswith(label) for line, label in zip(lines, LABELS, strict=True))
    shown = [float(re.findall(r" (0\.\d{4})  largest", line)[0]) for line in lines]
    assert shown == pytest.approx(list(answer.probabilities), abs=6e-5)


def test_without_an_origin_the_script_promises_nothing(model: Model, canvas: np.ndarray) -> None:
    assert script(canvas, network="shapes").splitlines()[0] == "# pip install jacviz"


def test_the_command_line_maps_a_picture(model: Model, picture: Path, tmp_path: Path) -> None:
    arguments = [str(picture), "--network", "shapes", "--out", str(tmp_path)]
    result = CliRunner().invoke(map_command.command, arguments)
    assert result.exit_code == 0, result.output
    framed = model.frame(read_image(picture))
    wanted = jacviz.sensitivity(model, framed.image)
    rows = [line for line in result.output.splitlines() if "%" in line]
    for k, (row, label) in enumerate(zip(rows, LABELS, strict=True)):
        assert label in row
        assert percent(wanted.probabilities[k]) in row
        assert significant(np.abs(wanted.jacobian()[k]).max()) in row
    assert "shape" in result.output
    with np.load(tmp_path / "ring.npz", allow_pickle=False) as numbers:
        np.testing.assert_array_equal(numbers["jacobian"], wanted.jacobian("probability"))
    with Image.open(tmp_path / "ring-maps.png") as written:
        expected = draw_report(framed.image, wanted, source="ring.png", labels=LABELS)
        np.testing.assert_array_equal(np.asarray(written), np.asarray(expected))


def test_the_command_line_checks_it_at_a_picture(model: Model, picture: Path) -> None:
    result = CliRunner().invoke(
        check_command.command, [str(picture), "--network", "shapes", "--pixels", "40"]
    )
    assert result.exit_code == 0, result.output
    assert "40 of 480" in result.output


def test_the_command_lines_names_are_the_registrys(model: Model, picture: Path) -> None:
    runner = CliRunner()
    help_text = runner.invoke(map_command.command, ["--help"]).output
    assert "[standard|readable|shapes]" in help_text
    refused = runner.invoke(map_command.command, [str(picture), "--network", "none"])
    assert refused.exit_code == 2
    assert "expected one of standard, readable, shapes, got 'none'" in refused.output
