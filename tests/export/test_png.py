"""The report shows the maps' own colours, and says what they mean."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from jacviz.errors import InputError
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import png
from jacviz.export.colormap import apply_colormap, ink_to_rgb
from jacviz.export.png import FRAME_SIDE, MARGIN, TOP, Layout, draw_report


def example(classes=10, side=28, spread=1.0):
    rng = np.random.default_rng(0)
    return Sensitivity(
        (spread * rng.normal(size=classes)).astype(np.float32),
        rng.normal(size=(classes, side, side)).astype(np.float32)
        * np.arange(1, classes + 1, dtype=np.float32)[:, None, None],
    )


@pytest.fixture
def words(monkeypatch):
    """Every text that is drawn."""
    drawn = []
    original = ImageDraw.ImageDraw.text

    def text(self, xy, text, *args, **kwargs):
        drawn.append(text)
        return original(self, xy, text, *args, **kwargs)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", text)
    return drawn


def cells(picture, layout, k):
    """The colour in the middle of each cell of one map."""
    x, y = layout.corner(k)
    middles = np.arange(layout.height) * layout.cell + layout.cell // 2
    return np.asarray(picture)[np.ix_(y + middles, x + middles)]


@pytest.mark.parametrize(("classes", "side"), [(10, 28), (3, 16), (26, 32)])
@pytest.mark.parametrize("scale", png.SCALES)
@pytest.mark.parametrize("space", ["probability", "logit"])
def test_every_cell_has_its_value_s_colour(classes, side, scale, space):
    result = example(classes, side)
    picture = draw_report(np.zeros((side, side), np.float32), result, space, scale=scale)
    maps = result.jacobian(space)
    layout = Layout(*maps.shape)
    for k, one in enumerate(maps):
        limit = np.abs(maps if scale == "shared" else one).max()
        np.testing.assert_array_equal(cells(picture, layout, k), apply_colormap(one, limit))


def test_the_frame_is_shown_as_ink():
    image = np.random.default_rng(1).random((28, 28)).astype(np.float32)
    picture = np.asarray(draw_report(image, example()))
    shown = picture[TOP : TOP + FRAME_SIDE, MARGIN : MARGIN + FRAME_SIDE]
    step = FRAME_SIDE // 28
    np.testing.assert_array_equal(shown[step // 2 :: step, step // 2 :: step], ink_to_rgb(image))


def test_only_the_most_likely_map_is_outlined_in_the_accent():
    result = example()
    picture = draw_report(np.zeros((28, 28), np.float32), result)
    layout = Layout(10, 28, 28)
    above = [picture.getpixel((x + 99, y - 2)) for x, y in map(layout.corner, range(10))]
    assert [colour == png.ACCENT for colour in above] == [k == result.top for k in range(10)]


def test_the_report_is_large_and_nothing_touches_its_edge():
    picture = draw_report(np.ones((28, 28), np.float32), example(), source="x" * 300)
    assert isinstance(picture, Image.Image)
    assert picture.width >= 1600
    shown = np.asarray(picture)
    edge = np.ones(shown.shape[:2], bool)
    edge[40:-40, 40:-40] = False
    assert (shown[edge] == 255).all()


@pytest.mark.parametrize(
    ("scale", "sentence"),
    [("shared", "One colour scale for all maps"), ("each", "Each map has its own scale")],
)
def test_the_report_says_its_scale_and_units(words, scale, sentence):
    draw_report(np.zeros((28, 28), np.float32), example(), "logit", scale=scale)
    assert "Change of logit per unit of ink" in words
    assert any(sentence in text for text in words)


def test_the_report_says_when_the_output_is_saturated(words):
    image = np.zeros((28, 28), np.float32)
    draw_report(image, example())
    assert not any("aturated" in text for text in words)
    draw_report(image, example(spread=30.0))
    assert any(text.startswith("Saturated: ") for text in words)


def test_an_unknown_scale_or_space_is_refused():
    with pytest.raises(InputError, match="shared, each"):
        draw_report(np.zeros((28, 28), np.float32), example(), scale="log")
    with pytest.raises(InputError, match="log-probability"):
        draw_report(np.zeros((28, 28), np.float32), example(), "odds")
