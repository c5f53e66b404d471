"""A page without a server: files that any static host can serve, from any path.

The scripts are the app's own, from frontend/standalone/page.js and what it imports.
"""

import importlib.metadata
import importlib.resources
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from jacviz.app.page_texts import ATTRIBUTION_TEXTS, model_texts
from jacviz.app.state import State, settings
from jacviz.errors import InputError
from jacviz.export import colormap
from jacviz.export.browser_model import METHODS, BrowserModel
from jacviz.export.files import write_all
from jacviz.resources import FRONTEND

RECORD = "jacviz-export.json"
"""Lists the files of an export, which the next one may replace."""
TOOLS = ("maps", "pixel", "what-if", "versus")
"""The tools that need no server."""

_FIRST_SCRIPT = "standalone/page.js"
_STYLES = ("page.css", "standalone/standalone.css")
# import x from "./y.js", at the statement's end, and new URL("y.js", import.meta.url) for a worker.
_IMPORTED = re.compile(
    r'^(?:import .*|\} )from "(\.[^"]+\.js)"|\bnew URL\("([\w./-]+\.js)", import\.meta\.url\)',
    re.MULTILINE,
)


def page_files(models: Sequence[BrowserModel]) -> dict[str, bytes]:
    """Return the contents of a page for models, by path relative to its folder."""
    plotly = importlib.resources.files("plotly") / "package_data" / "plotly.min.js"
    scripts = sorted(_scripts())
    files = {
        "index.html": _index(scripts),
        "page.json": _json(_page_data(models)),
        "colours.json": _json(colormap.colormap_stops()),
        "plotly.min.js": plotly.read_bytes(),
        **{f"static/{name}": (FRONTEND / name).read_bytes() for name in (*scripts, *_STYLES)},
    }
    for each in models:
        files[f"models/{each.model.name}.json"] = _json(each.manifest())
        files |= {f"models/{name}": content() for name, content in each.files.items()}
    return files


def write_page(folder: Path, files: dict[str, bytes]) -> None:
    """Write a page into a folder, in place of what an earlier export wrote there.

    Raises InputError for a folder that is not empty and no export, and for one that cannot be
    written.
    """
    try:
        earlier = _earlier_files(folder)
        for name in files:
            if name not in earlier and (folder / name).exists():
                raise InputError(
                    f"expected {folder / name} to be an earlier export's, got another file"
                )
        record = {"jacviz": importlib.metadata.version("jacviz"), "files": sorted(files)}
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        written = {folder / name: content for name, content in files.items()}
        write_all(written | {folder / RECORD: _json(record)})
        for name in earlier - files.keys():
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"cannot write into {folder}: {error.strerror or error}") from error


def _earlier_files(folder: Path) -> set[str]:
    """List what an earlier export wrote."""
    if not any(path.is_file() for path in folder.rglob("*")):
        return set()
    try:
        files = json.loads((folder / RECORD).read_bytes())["files"]
        names = {name for name in files if _is_inside(name)}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"expected an empty or new folder, got {folder} with files that jacviz did not export"
        ) from error
    return names


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _scripts() -> set[str]:
    """List the first script and all that it leads to, relative to the folder of scripts."""
    found: set[str] = set()
    waiting = [_FIRST_SCRIPT]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _imports(name)
    return found


def _imports(name: str) -> Iterator[str]:
    script = FRONTEND / name
    for imported, worker in _IMPORTED.findall(script.read_text(encoding="utf-8")):
        other = (script.parent / (imported or worker)).resolve()
        yield other.relative_to(FRONTEND.resolve()).as_posix()


def _index(scripts: Sequence[str]) -> bytes:
    """Return the page's markup, with links by which browsers load all scripts at once."""
    links = "".join(f'    <link rel="modulepreload" href="static/{name}" />\n' for name in scripts)
    markup = (FRONTEND / "standalone" / "index.html").read_text(encoding="utf-8")
    return markup.replace("  </head>", f"{links}  </head>").encode()


def _page_data(models: Sequence[BrowserModel]) -> dict[str, Any]:
    names = [each.model.name for each in models]
    state = State()
    if state.network not in names:
        state = State(network=names[0])
    table = settings(state)
    # What this page begins with is in none of its links.
    table["network"]["default"] = state.network
    for name, usable in (("network", names), ("method", METHODS), ("tool", TOOLS)):
        options = table[name]["options"]
        table[name]["options"] = [option for option in options if option[0] in usable]
    return {
        "kinds": {name: ATTRIBUTION_TEXTS[name] for name in METHODS},
        "models": model_texts(each.model for each in models),
        "settings": table,
    }


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
