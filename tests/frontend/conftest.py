"""Node.js and the tools that check the page's scripts.

Where they are missing, tests that need them are skipped, or fail if JACVIZ_REQUIRE_NODE is 1.
"""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from jacviz.resources import FRONTEND

TOOLS = FRONTEND / "node_modules" / ".bin"
NODE_VERSION = 20
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]


@pytest.fixture(scope="session")
def node() -> None:
    """Needs Node.js."""
    if reason := _node():
        _unavailable(reason)


@pytest.fixture(scope="session")
def tools(node: None) -> Path:
    """The folder of the tools that package.json names."""
    if reason := _tools():
        _unavailable(reason)
    return TOOLS


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
