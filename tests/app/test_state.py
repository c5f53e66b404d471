"""The table of properties: links tell of what differs, and bad ones do no harm."""

import re
import subprocess
import sys
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacviz.app.state import PROPERTIES, State, read, within, write
from jacviz.app.url_properties import Choice, Drawing, Kind, Place, Switch, Which, Whole
from jacviz.export import link_codec

DRAWING = link_codec.encode(np.eye(12, dtype=np.uint8))


def values_of(kind: Kind) -> st.SearchStrategy[object]:
    match kind:
        case Choice():
            return st.sampled_from(list(kind.labels))
        case Switch():
            return st.booleans()
        case Whole():
            return st.integers(kind.least, kind.most)
        case Which():
            return st.just("top") | st.integers(0, kind.most)
        case Place():
            return st.tuples(st.integers(0, kind.most), st.integers(0, kind.most))
        case Drawing():
            return st.just(DRAWING)
    raise AssertionError(kind)


states = st.builds(
    State,
    **{each.name: st.just(each.default) | values_of(each.kind) for each in PROPERTIES},
)


@given(states)
def test_a_link_restores_the_state_exactly(state: State) -> None:
    assert read(write(state)) == (state, ())


@given(states)
def test_a_link_tells_only_of_what_differs_from_the_defaults(state: State) -> None:
    written = dict(parse_qsl(write(state)))
    assert set(written) == {
        each.name for each in PROPERTIES if getattr(state, each.name) != each.default
    }


def test_a_fresh_page_has_an_empty_link() -> None:
    assert write(State()) == ""
    assert read("") == read("?") == (State(), ())


def test_every_default_is_a_value_of_its_kind_or_none() -> None:
    for each in PROPERTIES:
        if each.default is not None:
            assert each.kind.read(each.kind.write(each.default)) == each.default
        assert each.label


pairs = st.tuples(st.sampled_from([each.name for each in PROPERTIES]), st.text(max_size=30))
queries = st.lists(pairs).map(lambda some: "&".join(f"{name}={text}" for name, text in some))


@given(st.text(max_size=80) | queries)
def test_no_link_does_harm(query: str) -> None:
    state, complaints = read(query)
    assert read(write(state)) == (state, ())
    assert all(sentence.endswith(".") for sentence in complaints)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("space=odds", "The link's space=odds cannot be used: choose one of probability,"),
        ("present=yes", "1 is on and 0 is off"),
        ("opacity=101", "0 to 100"),
        ("overlay=most", "a whole number from 0 to"),
        ("opacity=-1", "a whole number from 0 to 100"),
        ("opacity=%D9%A3", "a whole number from 0 to 100"),
        ("pixel=9", "its row and column: 9-14"),
        ("pixel=9-x", "a whole number"),
        ("a=", "a whole number"),
        (
            "drawing=1" + "A" * 200,
            r"drawing=1A{39}\.\.\. cannot be used: the link's drawing is damaged",
        ),
    ],
)
def test_what_cannot_be_used_becomes_the_default_and_is_said(query: str, complaint: str) -> None:
    state, complaints = read(f"{query}&network=readable")
    assert state == State(network="readable")
    assert len(complaints) == 1
    assert re.search(complaint, complaints[0])


@given(states)
def test_pixels_and_classes_that_the_network_lacks_are_dropped_and_said(state: State) -> None:
    kept, complaints = within(state, height=28, width=28, classes=10)
    lacking = [name for name in ("a", "b", "target") if (getattr(state, name) or 0) > 9]
    lacking += ["pixel"] if state.pixel is not None and max(state.pixel) > 27 else []
    lacking += ["overlay"] if isinstance(state.overlay, int) and state.overlay > 9 else []
    assert len(complaints) == len(lacking)
    for each in PROPERTIES:
        before = None if each.name in lacking else getattr(state, each.name)
        assert getattr(kept, each.name) == before


def test_other_names_are_left_to_others_and_the_first_of_two_counts() -> None:
    assert read("embed=true&utm_source=x&a=3&a=4") == (State(a=3), ())


def test_the_table_is_read_without_waiting_for_pytorch() -> None:
    seen = "import sys, jacviz.app.state; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
