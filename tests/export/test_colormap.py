"""The colours of maps: zero is neutral, sign and strength show to every eye."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jacviz.errors import InputError
from jacviz.export import colormap

SURFACE = {"light": (255, 255, 255), "dark": (14, 17, 23)}

# Machado, Oliveira, Fernandes 2009, severity 1.0, for linear RGB.
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def lab(rgb, sight="normal"):
    """CIELAB (D65) of sRGB bytes as an eye of this kind sees them."""
    share = np.asarray(rgb) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ SIGHT[sight].T, 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = linear @ to_xyz.T / to_xyz.sum(axis=1)
    x, y, z = np.moveaxis(np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("theme", colormap.THEMES)
def test_zero_is_exactly_the_surface(theme):
    for limit in (0.0, 1e-9, 1.0, 1e9):
        painted = colormap.apply_colormap(np.zeros((2, 3)), limit, theme)
        assert painted.shape == (2, 3, 3)
        assert (painted == SURFACE[theme]).all()


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", colormap.THEMES)
def test_lightness_grows_or_falls_steadily_from_zero_on_both_sides(theme, sight):
    lightness = lab(colormap.lookup_table(theme), sight)[:, 0]
    away = 1 if theme == "dark" else -1
    # Bytes are rounded: neighbours may be equal, or a hair the wrong way.
    for arm in (lightness[127:], lightness[127::-1]):
        assert (away * np.diff(arm) > -0.3).all()
        assert (away * (arm[8:] - arm[:-8]) > 0).all()
        assert abs(arm[-1] - arm[0]) > 55


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", colormap.THEMES)
def test_signs_stay_apart_for_every_eye(theme, sight):
    seen = lab(colormap.lookup_table(theme), sight)
    apart = np.linalg.norm(seen - seen[::-1], axis=-1)
    strength = np.abs(np.arange(-127, 128)) / 127
    assert (apart[strength >= 0.25] > 20).all()
    assert (apart[strength >= 0.1] > 5).all()


@pytest.mark.parametrize("theme", colormap.THEMES)
def test_both_sides_are_about_equally_strong(theme):
    lightness = lab(colormap.lookup_table(theme))[:, 0]
    assert np.abs(lightness - lightness[::-1]).max() < 10


@given(st.floats(-1, 1), st.floats(1e-6, 1e6))
def test_the_limit_only_scales(share, limit):
    assert (
        colormap.apply_colormap([share * limit], limit) == colormap.apply_colormap([share], 1)
    ).all() or (abs(share * 127 - np.rint(share * 127)) > 0.49)


def test_the_limits_are_the_ends_of_the_scale():
    assert (colormap.apply_colormap([-2.0, 2.0], 2.0) == colormap.lookup_table()[[0, -1]]).all()


@pytest.mark.parametrize("value", [1.01, -1.01, np.nan, np.inf])
def test_values_beyond_the_limit_are_refused(value):
    with pytest.raises(InputError, match="expected finite values from"):
        colormap.apply_colormap([value], 1.0)


def test_an_unknown_theme_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="light, dark, got 'sepia'"):
        colormap.lookup_table("sepia")


def test_the_page_gets_the_same_colours_as_the_png():
    scales = json.loads(json.dumps(colormap.colormap_stops()))
    assert set(scales) == set(colormap.THEMES)
    for theme, scale in scales.items():
        table = colormap.lookup_table(theme)
        np.testing.assert_array_equal(scale["table"], table)
        positions = [position for position, _ in scale["stops"]]
        assert positions[0] == 0
        assert positions[-1] == 1
        for position, colour in scale["stops"]:
            rgb = [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
            assert np.abs(table[round(254 * position)] - np.array(rgb)).max() <= 4


def test_ink_is_black_on_white():
    assert colormap.ink_to_rgb([[0.0, 0.5, 1.0]]).tolist() == [[[255] * 3, [128] * 3, [0] * 3]]
