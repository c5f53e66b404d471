"""The exported page understands links as the app does."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import numpy as np
import pytest

from jacviz.app.canvas import SIDE_PX
from jacviz.app.canvas_image import restore_drawing
from jacviz.app.page_texts import model_texts
from jacviz.app.state import State, parse_query, restrict_to_model, settings
from jacviz.export import drawing_codec
from jacviz.models.registry import get_model, model_names

pytestmark = pytest.mark.node

SCRIPT = Path(__file__).with_name("parse_links.js")
VALUES = {
    "space": ["logit", "log-probability", "Logit", "", "volume"],
    "scale": ["each", "shared", "none"],
    "network": ["readable", "standard", "__proto__", "toString"],
    "method": ["gradient-x-ink", "smoothgrad", "x"],
    "tool": ["versus", "what-if", "tools"],
    "pixel": ["9-14", "09-014", "0-0", "27-27", "28-0", "0-28", "9", "9-", "-9", "1-2-3", "a-b"],
    "a": ["0", "9", "10", "007", "-1", "1.5", "1e1", "", " 1", "\u0663", "9999999999"],
    "overlay": ["top", "3", "10", "tops", ""],
    "opacity": ["0", "100", "101", "x"],
    "present": ["0", "1", "2", "true"],
    "keys": ["0", "1", ""],
    "embedded": ["0", "1", "yes"],
    "other": ["1"],
}


def answers(questions: Sequence[dict[str, Any]]) -> list[Any]:
    lines = "".join(f"{json.dumps(question)}\n" for question in questions)
    done = subprocess.run(["node", SCRIPT], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def queries() -> list[str]:
    rng = np.random.default_rng(0)
    pairs = [(name, value) for name, values in VALUES.items() for value in values]
    alone = [[pair] for pair in pairs]
    some = [[pairs[i] for i in rng.integers(len(pairs), size=4)] for _ in range(300)]
    return [
        "&".join(f"{name}={quote_plus(value)}" for name, value in each) for each in alone + some
    ]


def test_queries_mean_what_they_mean_to_the_app(node: None) -> None:
    table = settings(State())
    models = model_texts(map(get_model, model_names()))
    asked = queries()
    found = answers([{"query": query, "table": table, "models": models} for query in asked])
    for query, link in zip(asked, found, strict=True):
        state, errors = parse_query(query)
        model = get_model(state.network)
        state, more = restrict_to_model(
            state, height=model.height, width=model.width, classes=len(model.labels)
        )
        wanted = {name: row["value"] for name, row in settings(state).items()}
        got = {name: row["value"] for name, row in table.items()} | link["settings"]
        assert (got, link["embedded"]) == (wanted, state.embedded), query
        told = {error.partition(" cannot")[0] for error in errors + more}
        refused = [error.partition(" cannot")[0] for error in link["errors"]]
        assert len(refused) == len(told), query


def test_a_links_drawing_is_restored_as_the_app_restores_it(node: None) -> None:
    rng = np.random.default_rng(1)
    drawings = []
    for factor in (1, 2, 3, 4, 5):
        side = -(-SIDE_PX // factor)
        ink = rng.integers(0, 256, (side, side)).astype(np.uint8)
        # What the page sends fits a box of a hundred areas.
        ink[100:] = ink[:, 100:] = 0
        drawings.append(ink)
        corner = np.zeros_like(ink)
        corner[-3:, -3:] = 250
        drawings.append(corner)
    questions = [{"drawing": list(drawing_codec.encode(ink)), "side": SIDE_PX} for ink in drawings]
    for ink, found in zip(drawings, answers(questions), strict=True):
        wanted = restore_drawing(ink).astype(int).ravel()
        # A half is rounded to even there, and up here.
        assert np.abs(wanted - np.array(found)).max() <= 1
