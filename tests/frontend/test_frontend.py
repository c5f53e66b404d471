"""The page's scripts: their types, style, format and unit tests, checked with Node.js.

Without Node.js these are skipped, or fail where JACVIZ_REQUIRE_NODE is 1. Browsers need none of
it: they load the scripts as they are.
"""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
FRONTEND = CHECKOUT / "jacviz" / "app" / "frontend"
TOOLS = FRONTEND / "node_modules" / ".bin"
TESTS = Path(__file__).parent
NODE_VERSION = 20
MAX_SCRIPTS = 12  # in one folder
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]

pytestmark = pytest.mark.node


def _unavailable(reason: str) -> None:
    if os.environ.get("JACVIZ_REQUIRE_NODE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _node() -> str | None:
    """What is wrong with this machine's Node.js, if anything."""
    get = f"get Node.js {NODE_VERSION} or newer, with npm, from https://nodejs.org"
    if not (shutil.which("node") and shutil.which("npm")):
        return f"expected node and npm, found none: {get} or `apt-get install nodejs npm`"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.strip().lstrip("v").split(".")[0]) < NODE_VERSION:
        return f"expected Node.js {NODE_VERSION} or newer, got {version.stdout.strip()}: {get}"
    return None


@cache
def _tools() -> str | None:
    """What is wrong with the tools that package.json names, if anything."""
    if TOOLS.is_dir() or _node():
        return _node()
    if os.environ.get("JACVIZ_REQUIRE_NODE") != "1":
        return f"expected node_modules: run `npm install --no-package-lock` in {FRONTEND}"
    done = subprocess.run(INSTALL, cwd=FRONTEND, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else None


@pytest.fixture
def node() -> None:
    if reason := _node():
        _unavailable(reason)


@pytest.fixture
def tools(node: None) -> None:
    if reason := _tools():
        _unavailable(reason)


def _passes(*command: str | Path) -> None:
    """Run a command in the checkout; fail with what it says."""
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold(tools: None) -> None:
    _passes(TOOLS / "tsc", "--noEmit", "-p", FRONTEND)


def test_eslint_finds_nothing(tools: None) -> None:
    config = FRONTEND / "eslint.config.js"
    _passes(TOOLS / "eslint", "--max-warnings", "0", "--config", config, FRONTEND, TESTS)


def test_prettier_would_change_nothing(tools: None) -> None:
    config = ["--config", FRONTEND / ".prettierrc.json"]
    ignored = ["--ignore-path", FRONTEND / ".prettierignore"]
    _passes(TOOLS / "prettier", "--check", *config, *ignored, FRONTEND, TESTS)


def test_unit_tests_pass(node: None) -> None:
    _passes("node", "--test", *sorted(TESTS.glob("*.test.js")))


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
