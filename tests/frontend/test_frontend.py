"""The page's scripts: their types, style, format and unit tests, checked with Node.js.

Browsers need none of it: they load the scripts as they are.
"""

import re
import subprocess
from pathlib import Path

import pytest

from jacviz.resources import FRONTEND

CHECKOUT = Path(__file__).parents[2]
TESTS = Path(__file__).parent
SCRIPTS = (FRONTEND, TESTS, CHECKOUT / "jacviz" / "benchmarks" / "webassembly")
MAX_SCRIPTS = 12  # in one folder

pytestmark = pytest.mark.node


def _passes(*command: str | Path) -> None:
    """Run a command in the checkout; fail with what it says."""
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold(tools: Path) -> None:
    _passes(tools / "tsc", "--noEmit", "-p", FRONTEND)


def test_eslint_finds_nothing(tools: Path) -> None:
    config = FRONTEND / "eslint.config.js"
    _passes(tools / "eslint", "--max-warnings", "0", "--config", config, *SCRIPTS)


def test_prettier_would_change_nothing(tools: Path) -> None:
    config = ["--config", FRONTEND / ".prettierrc.json"]
    ignored = ["--ignore-path", FRONTEND / ".prettierignore"]
    _passes(tools / "prettier", "--check", *config, *ignored, *SCRIPTS)


def test_unit_tests_pass(node: None) -> None:
    _passes("node", "--test", *sorted(TESTS.rglob("*.test.js")))


def test_no_folder_has_too_many_scripts() -> None:
    folders = [one for one in FRONTEND.iterdir() if one.is_dir() and one.name != "node_modules"]
    assert folders
    for folder in folders:
        assert len([*folder.glob("*.js")]) <= MAX_SCRIPTS, folder.name


def test_only_the_adapter_knows_how_streamlit_and_the_canvas_look_inside() -> None:
    inside = re.compile(r"shadowRoot|st-key-|\.stMain|upper-canvas|lower-canvas|\bdc-[a-z]+")
    knowing = {
        str(script.relative_to(FRONTEND))
        for folder in FRONTEND.iterdir()
        if folder.name != "node_modules"
        for script in folder.glob("*.js")
        if inside.search(script.read_text())
    }
    assert knowing == {"canvas/adapter.js"}
