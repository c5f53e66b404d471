"""The table of properties: links tell of what differs, and bad ones do no harm."""

import re
import subprocess
import sys
from urllib.parse import parse_qsl

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacviz.app.state import PROPERTIES, State, format_query, parse_query, restrict_to_model
from jacviz.app.url_properties import (
    Boolean,
    Choice,
    ClassOrTop,
    Drawing,
    Integer,
    Pixel,
    PropertyType,
)
from jacviz.export import link_codec

DRAWING = link_codec.encode(np.eye(12, dtype=np.uint8))


def values_of(type_: PropertyType) -> st.SearchStrategy[object]:
    match type_:
        case Choice():
            return st.sampled_from(list(type_.labels))
        case Boolean():
            return st.booleans()
        case Integer():
            return st.integers(type_.minimum, type_.maximum)
        case ClassOrTop():
            return st.just("top") | st.integers(0, type_.maximum)
        case Pixel():
            return st.tuples(st.integers(0, type_.maximum), st.integers(0, type_.maximum))
        case Drawing():
            return st.just(DRAWING)
    raise AssertionError(type_)


states = st.builds(
    State,
    **{each.name: st.just(each.default) | values_of(each.type) for each in PROPERTIES},
)


@given(states)
def test_a_link_restores_the_state_exactly(state: State) -> None:
    assert parse_query(format_query(state)) == (state, ())


@given(states)
def test_a_link_tells_only_of_what_differs_from_the_defaults(state: State) -> None:
    written = dict(parse_qsl(format_query(state)))
    assert set(written) == {
        each.name for each in PROPERTIES if getattr(state, each.name) != each.default
    }


def test_a_fresh_page_has_an_empty_link() -> None:
    assert format_query(State()) == ""
    assert parse_query("") == parse_query("?") == (State(), ())


def test_every_default_is_a_value_of_its_type_or_none() -> None:
    for each in PROPERTIES:
        if each.default is not None:
            assert each.type.parse(each.type.format(each.default)) == each.default
        assert each.label


pairs = st.tuples(st.sampled_from([each.name for each in PROPERTIES]), st.text(max_size=30))
queries = st.lists(pairs).map(lambda some: "&".join(f"{name}={text}" for name, text in some))


@given(st.text(max_size=80) | queries)
def test_no_link_does_harm(query: str) -> None:
    state, errors = parse_query(query)
    assert parse_query(format_query(state)) == (state, ())
    assert all(sentence.endswith(".") for sentence in errors)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("space=odds", "The link's space=odds cannot be used: expected one of probability,"),
        ("present=yes", "expected 1"),
        ("opacity=101", "0 to 100"),
        ("overlay=most", "an integer from 0 to"),
        ("opacity=-1", "an integer from 0 to 100"),
        ("opacity=%D9%A3", "an integer from 0 to 100"),
        ("pixel=9", "expected row-column, such as 9-14"),
        ("pixel=9-x", "an integer"),
        ("a=", "an integer"),
        (
            "drawing=1" + "A" * 200,
            r"drawing=1A{39}\.\.\. cannot be used: the link's drawing is damaged",
        ),
    ],
)
def test_what_cannot_be_used_becomes_the_default_and_is_said(query: str, error: str) -> None:
    state, errors = parse_query(f"{query}&network=readable")
    assert state == State(network="readable")
    assert len(errors) == 1
    assert re.search(error, errors[0])


@given(states)
def test_pixels_and_classes_that_the_network_lacks_are_dropped_and_said(state: State) -> None:
    kept, errors = restrict_to_model(state, height=28, width=28, classes=10)
    dropped = [name for name in ("a", "b", "target") if (getattr(state, name) or 0) > 9]
    dropped += ["pixel"] if state.pixel is not None and max(state.pixel) > 27 else []
    dropped += ["overlay"] if isinstance(state.overlay, int) and state.overlay > 9 else []
    assert len(errors) == len(dropped)
    for each in PROPERTIES:
        before = None if each.name in dropped else getattr(state, each.name)
        assert getattr(kept, each.name) == before


def test_other_names_are_left_to_others_and_the_first_of_two_counts() -> None:
    assert parse_query("embed=true&utm_source=x&a=3&a=4") == (State(a=3), ())


def test_the_table_is_read_without_waiting_for_pytorch() -> None:
    seen = "import sys, jacviz.app.state; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
