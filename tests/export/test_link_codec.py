"""Drawings in links: exact, short, and refused where they are damaged."""

import base64
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from jacviz.errors import InputError
from jacviz.export import drawing_codec, link_codec
from jacviz.preprocessing.mnist import frame

canvases = arrays(
    np.uint8,
    array_shapes(min_dims=2, max_dims=2, max_side=40),
    elements=st.sampled_from([0, 0, 0, 1, 255]),
)


def packed(message: bytes) -> str:
    return "1" + base64.urlsafe_b64encode(zlib.compress(message)).decode().rstrip("=")


@pytest.fixture(scope="module")
def three() -> NDArray[np.uint8]:
    """A 3 by a broad round pen, reduced as the page reduces it."""
    image = Image.new("L", (1568, 1568))
    pen = ImageDraw.Draw(image)
    for box, start, stop in (((480, 240, 1080, 800), 180, 450), ((420, 760, 1120, 1400), 270, 540)):
        pen.arc(box, start, stop, fill=255, width=112)
    return np.asarray(image.resize((98, 98), Image.Resampling.BOX))


@given(canvases)
def test_a_drawing_survives_the_link(canvas: NDArray[np.uint8]) -> None:
    text = link_codec.encode(canvas)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    np.testing.assert_array_equal(link_codec.decode(text), canvas)


def test_a_typical_drawing_is_short_enough_to_paste_and_frames_alike(
    three: NDArray[np.uint8],
) -> None:
    text = link_codec.encode(three)
    assert len(text) < 1500
    np.testing.assert_array_equal(frame(link_codec.decode(text)).image, frame(three).image)


@given(st.text(max_size=60) | st.from_regex(r"\A1[A-Za-z0-9_-]{0,60}\Z"))
def test_whatever_a_link_says_is_a_drawing_or_refused(text: str) -> None:
    try:
        canvas = link_codec.decode(text)
    except InputError:
        return
    np.testing.assert_array_equal(link_codec.decode(link_codec.encode(canvas)), canvas)


@given(data=st.data())
def test_a_damaged_link_never_shows_another_drawing(
    three: NDArray[np.uint8], data: st.DataObject
) -> None:
    text = link_codec.encode(three)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("AZaz09-_"))
    for damaged in (text[:at] + other + text[at + 1 :], text[:at], text[:at] + text[at + 1 :]):
        try:
            found = link_codec.decode(damaged)
        except InputError:
            continue
        np.testing.assert_array_equal(found, three)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "only letters, digits"),
        ("1+/=", "only letters, digits"),
        ("2abc", "another version"),
        ("1" + "A" * 16_384, "at most 16,384 characters, got 16,385"),
        ("1A", "damaged"),
        ("1" + "A" * 40, "damaged"),
        (packed(drawing_codec.encode(np.eye(9, dtype=np.uint8)))[:-6], "cut off"),
        (packed(b"too short"), "at least 12 bytes"),
    ],
)
def test_foreign_texts_are_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        link_codec.decode(text)


def test_a_text_that_would_unpack_to_very_much_is_stopped() -> None:
    bomb = packed(bytes(8_000_000))
    assert len(bomb) < link_codec.MAX_CHARACTERS
    with pytest.raises(InputError, match=r"at most .* bytes, got more"):
        link_codec.decode(bomb)


def test_what_follows_a_drawing_is_refused() -> None:
    data = zlib.compress(drawing_codec.encode(np.eye(9, dtype=np.uint8))) + b"more"
    with pytest.raises(InputError, match="data follows"):
        link_codec.decode("1" + base64.urlsafe_b64encode(data).decode().rstrip("="))


@pytest.mark.parametrize(
    "canvas",
    [
        np.zeros((3, 3)),
        np.zeros(3, np.uint8),
        np.zeros((0, 0), np.uint8),
        np.zeros((2000, 3), np.uint8),
    ],
)
def test_what_is_no_canvas_cannot_be_shared(canvas: NDArray[np.uint8]) -> None:
    with pytest.raises(InputError, match="1 to 1024 pixels a side"):
        link_codec.encode(canvas)


def test_noise_is_too_much_for_a_link() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 300), np.uint8)
    with pytest.raises(InputError, match="at most 16,384 characters for a link"):
        link_codec.encode(noise)
