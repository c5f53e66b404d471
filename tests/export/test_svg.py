"""The vector graphic holds every map's colours and numbers."""

import base64
import io
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from jacviz.errors import InputError
from jacviz.explain.sensitivity import sensitivity
from jacviz.export.colormap import apply_colormap
from jacviz.export.number_format import percent, significant
from jacviz.export.png import SCALES, Scale
from jacviz.export.svg import draw_svg
from jacviz.models.lenet5 import LeNet5
from jacviz.output_spaces import SPACES, Space
from jacviz.preprocessing.mnist import frame

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("space", SPACES)
def test_every_map_is_there_with_its_colours_and_numbers(
    lenet5: LeNet5, space: Space, scale: Scale
) -> None:
    canvas = np.zeros((98, 98), np.uint8)
    canvas[20:80, 45:53] = 255
    result = sensitivity(lenet5, frame(canvas).image)
    root = ElementTree.fromstring(draw_svg(result, space, scale=scale, network="readable"))
    maps = result.jacobian(space)
    pictures = root.findall(f"{SVG}image")
    words = "\n".join("".join(text.itertext()) for text in root.findall(f"{SVG}text"))
    assert len(pictures) == len(maps)
    assert "Readable network" in words
    for k, (one, picture) in enumerate(zip(maps, pictures, strict=True)):
        data = picture.attrib["href"].removeprefix("data:image/png;base64,")
        limit = np.abs(maps if scale == "shared" else one).max()
        shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
        np.testing.assert_array_equal(shown, apply_colormap(one, limit))
        assert f"{k} {percent(result.probabilities[k])}" in words
        assert f"±{significant(np.abs(one).max())}" in words


def test_an_unknown_scale_is_refused(lenet5: LeNet5) -> None:
    result = sensitivity(lenet5, np.zeros((28, 28), np.float32))
    with pytest.raises(InputError, match="one of shared, each, got 'big'"):
        draw_svg(result, scale="big")  # type: ignore[arg-type]
