"""A built wheel carries the whole application."""

import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import venv
from pathlib import Path

import pytest

from jacviz.resources import APP

from serving import Server

CHECKOUT = APP.parent
ISOLATED = "-I"  # whatever PYTHONPATH leads to
PARTS = ("", "jacviz/static/maps/figure.js", "jacviz/plotly.min.js", "jacviz/colours.json")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with jacviz installed from its wheel.

    What jacviz depends on is borrowed from this environment by a path file, which does not lead
    to this checkout: PyTorch is too large to install for one test.
    """
    if not (CHECKOUT / "pyproject.toml").exists():
        pytest.skip("builds a wheel from the checkout, and this jacviz was installed from one")
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    source = folder / "source"
    shutil.copytree(
        CHECKOUT, source, ignore=shutil.ignore_patterns(".*cache", ".git", ".venv*", "node_modules")
    )
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(source)],
        check=True,
    )
    shutil.rmtree(source)
    environment = folder / "environment"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    paths = sysconfig.get_paths(vars={"base": str(environment), "platbase": str(environment)})
    (Path(paths["purelib"]) / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"])
    (wheel,) = folder.glob("jacviz-*.whl")
    target = ["--python", str(python)]
    subprocess.run([*pip, *target, "install", "--no-deps", str(wheel)], check=True)
    return python


def test_the_wheel_runs_the_app_from_any_folder(installed: Path, tmp_path: Path) -> None:
    with Server([ISOLATED, "-m", "jacviz"], tmp_path, python=str(installed)) as server:
        for part in PARTS:
            assert urllib.request.urlopen(f"{server.url}/{part}", timeout=5).status == 200


def test_the_wheel_carries_app_weights_and_samples(installed: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [
            str(installed),
            ISOLATED,
            "-c",
            "import jacviz, pathlib; from jacviz.resources import APP, ASSETS\n"
            "print(pathlib.Path(jacviz.__file__).parent / '_data' == APP.parent == ASSETS.parent)\n"
            "print(sum(p.numel() for p in jacviz.load_lenet5().parameters()))\n"
            "print(APP.exists(), (ASSETS / 'digits.npz').exists())\n"
            "print((APP.parent / '.streamlit' / 'config.toml').exists())\n",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert said == ["True", "61706", "True", "True", "True"]
