"""`jacviz map`: what it prints and writes is what the library computes."""

import hashlib
import resource
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from jacviz.cli.map import command
from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError
from jacviz.explain import attribute
from jacviz.explain.sensitivity import sensitivity
from jacviz.export.number_format import percent, significant
from jacviz.export.png import draw_report
from jacviz.models.lenet5 import load_lenet5
from jacviz.models.shipped import WEIGHTS
from jacviz.output_spaces import SPACES
from jacviz.preprocessing.image_io import read_image
from jacviz.preprocessing.mnist import frame


@pytest.fixture
def four(tmp_path):
    image = Image.new("L", (200, 240), 255)
    pen = ImageDraw.Draw(image)
    pen.line([(80, 40), (50, 140), (150, 140)], fill=0, width=16, joint="curve")
    pen.line([(120, 70), (112, 210)], fill=0, width=16)
    path = tmp_path / "my four.png"
    image.save(path)
    return path


def run(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.mark.parametrize("space", SPACES)
def test_the_files_hold_what_the_library_computes(four, tmp_path, lenet5, space):
    out = tmp_path / "new" / "folder"
    assert run(four, "--out", out, "--space", space).exit_code == 0

    framed = frame(read_image(four))
    wanted = sensitivity(lenet5, framed.image)
    with np.load(out / "my four.npz", allow_pickle=False) as numbers:
        np.testing.assert_array_equal(numbers["frame"], framed.image)
        np.testing.assert_allclose(numbers["logits"], wanted.logits, rtol=1e-5)
        np.testing.assert_allclose(numbers["probabilities"], wanted.probabilities, rtol=1e-5)
        np.testing.assert_allclose(numbers["jacobian"], wanted.jacobian(space), atol=1e-6)
        np.testing.assert_allclose(numbers["logit_jacobian"], wanted.jacobian("logit"), atol=1e-6)
        assert numbers["jacobian"].shape == (10, 28, 28)
        assert str(numbers["space"]) == space
        assert str(numbers["source"]) == "my four.png"
        assert str(numbers["source_sha256"]) == hashlib.sha256(four.read_bytes()).hexdigest()
        assert {"weights_sha256", "jacviz_version", "torch_version", "created"} <= set(numbers)
        top, left, scale = numbers["frame_placement"]
        assert (top, left, scale) == (framed.top, framed.left, framed.scale)
    report = draw_report(framed.image, wanted, space, source=four.name)
    with Image.open(out / "my four-maps.png") as written:
        np.testing.assert_array_equal(np.asarray(written), np.asarray(report))


def test_either_network_reads_the_picture_and_is_named_with_the_numbers(four, tmp_path):
    for name, weights in WEIGHTS.items():
        assert run(four, "--out", tmp_path, "--network", name).exit_code == 0
        wanted = sensitivity(load_lenet5(name), frame(read_image(four)).image)
        digest = hashlib.sha256(weights.read_bytes()).hexdigest()
        with np.load(tmp_path / "my four.npz", allow_pickle=False) as numbers:
            np.testing.assert_array_equal(numbers["logits"], wanted.logits)
            assert (str(numbers["network"]), str(numbers["weights_sha256"])) == (name, digest)


def test_other_kinds_of_maps_are_the_librarys_in_report_and_file(four, tmp_path, lenet5):
    result = run(four, "--out", tmp_path, "--maps", "integrated-gradients")
    assert result.exit_code == 0
    framed = frame(read_image(four))
    graph = compile_jacobian(lenet5, framed.image[None])
    wanted = attribute(graph, framed.image, "integrated-gradients")
    with np.load(tmp_path / "my four.npz", allow_pickle=False) as numbers:
        np.testing.assert_array_equal(numbers["maps"], wanted.maps)
        assert str(numbers["method"]) == "integrated-gradients"
    sensed = sensitivity(lenet5, framed.image)
    report = draw_report(framed.image, sensed, "probability", wanted, source="my four.png")
    with Image.open(tmp_path / "my four-maps.png") as written:
        np.testing.assert_array_equal(np.asarray(written), np.asarray(report))
    for one in wanted.maps:
        assert significant(np.abs(one).max()) in result.output


def test_the_table_has_every_probability_and_marks_the_top(four, tmp_path, lenet5):
    result = run(four, "--out", tmp_path)
    wanted = sensitivity(lenet5, frame(read_image(four)).image)
    rows = [line for line in result.output.splitlines() if "%" in line]
    assert len(rows) == 10
    for k, row in enumerate(rows):
        assert percent(wanted.probabilities[k]) in row
        assert ("most likely" in row) == (k == wanted.top)


def test_both_polarities_give_the_same_numbers(four, tmp_path):
    with Image.open(four) as image:
        Image.eval(image, lambda value: 255 - value).save(tmp_path / "negative.png")
    run(four, "--out", tmp_path)
    run(tmp_path / "negative.png", "--out", tmp_path)
    with np.load(tmp_path / "my four.npz") as one, np.load(tmp_path / "negative.npz") as other:
        for name in ("frame", "logits", "jacobian"):
            np.testing.assert_array_equal(one[name], other[name])


def test_running_twice_replaces_its_own_files(four, tmp_path):
    out = tmp_path / "out"
    for scale in ("shared", "each"):
        assert run(four, "--out", out, "--scale", scale).exit_code == 0
    assert sorted(path.name for path in out.iterdir()) == ["my four-maps.png", "my four.npz"]


def test_a_blank_picture_is_refused_and_nothing_is_written(tmp_path):
    blank = tmp_path / "blank.png"
    Image.new("RGB", (50, 50), "white").save(blank)
    result = run(blank, "--out", tmp_path / "out")
    assert isinstance(result.exception, InputError)
    assert "no ink found" in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_named(four, tmp_path):
    (tmp_path / "taken").write_text("a file, not a folder")
    result = run(four, "--out", tmp_path / "taken")
    assert isinstance(result.exception, InputError)
    assert "cannot write into" in str(result.exception)
    assert "--out" in str(result.exception)


@pytest.mark.parametrize("fits", ["png", "npz"])
def test_on_a_full_disk_both_files_stay_as_they_were(four, tmp_path, fits):
    out = tmp_path / "out"
    assert run(four, "--out", out).exit_code == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    sizes = {path.suffix[1:]: path.stat().st_size for path in out.iterdir()}
    # Room for one of them at most, or for neither where the other is the smaller.
    most = sizes[fits] + 1 if sizes[fits] < max(sizes.values()) else min(sizes.values()) - 1
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, limits[1]))
    try:
        result = run(four, "--out", out, "--space", "logit")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert isinstance(result.exception, InputError)
    assert "cannot write into" in str(result.exception)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_from_a_shell_errors_are_one_line_and_status_2(four, tmp_path):
    def jacviz(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "jacviz", "map", *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            check=False,
        )

    good = jacviz(four)
    assert good.returncode == 0, good.stderr
    assert (tmp_path / "my four-maps.png").is_file()
    bad = jacviz("missing.png")
    assert bad.returncode == 2
    assert bad.stderr.splitlines() == [bad.stderr.strip()]
    assert "missing.png: there is no such file" in bad.stderr
