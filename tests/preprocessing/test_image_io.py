"""Any image of a digit becomes the same ink; anything else is refused in words."""

import io

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from jacviz.errors import InputError
from jacviz.preprocessing import image_io
from jacviz.preprocessing.image_io import read_image, read_image_bytes
from jacviz.preprocessing.mnist import frame


@pytest.fixture(scope="module")
def ink():
    """A 4, anti-aliased, 140 x 120, off-centre."""
    large = Image.new("L", (480, 560))
    pen = ImageDraw.Draw(large)
    pen.line([(210, 90), (120, 300), (330, 300)], fill=255, width=40, joint="curve")
    pen.line([(290, 140), (270, 460)], fill=255, width=40)
    return np.asarray(large.reduce(4))


def encoded(image, format_="PNG", **options):
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def coloured(ink, pen, paper):
    """Pen colour on paper colour, mixed by the ink."""
    share = ink[..., None] / 255
    return Image.fromarray(
        np.rint(share * np.array(pen) + (1 - share) * np.array(paper)).astype(np.uint8)
    )


def painted(ink, pen):
    """Pen colour on transparency."""
    image = Image.new("RGB", ink.shape[::-1], pen)
    image.putalpha(Image.fromarray(ink))
    return image


def sixteen_bits(ink):
    return Image.fromarray(ink.astype(np.uint16) * 257)


BLACK, WHITE = (0, 0, 0), (255, 255, 255)
FORMS = {
    "light on dark": Image.fromarray,
    "dark on light": lambda ink: Image.fromarray(255 - ink),
    "black on white in RGB": lambda ink: coloured(ink, BLACK, WHITE),
    "white on black in RGB": lambda ink: coloured(ink, WHITE, BLACK),
    "red on white": lambda ink: coloured(ink, (210, 0, 20), WHITE),
    "yellow on white": lambda ink: coloured(ink, (255, 235, 0), WHITE),
    "green on equally bright red": lambda ink: coloured(ink, (0, 120, 0), (236, 0, 0)),
    "grey on grey": lambda ink: coloured(ink, (90, 90, 90), (170, 170, 170)),
    "black on transparency": lambda ink: painted(ink, BLACK),
    "white on transparency": lambda ink: painted(ink, WHITE),
    "blue on transparency": lambda ink: painted(ink, (0, 0, 255)),
    "grey with alpha": lambda ink: painted(ink, BLACK).convert("LA"),
    "opaque with alpha": lambda ink: coloured(ink, BLACK, WHITE).convert("RGBA"),
    "palette": lambda ink: Image.fromarray(255 - ink).convert("P"),
    "16 bits": sixteen_bits,
    "16 bits, dark on light": lambda ink: sixteen_bits(255 - ink),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_digit_is_the_same_ink(ink, form):
    read = read_image(encoded(FORMS[form](ink)))
    assert read.dtype == np.float32
    np.testing.assert_allclose(read, ink / np.float32(255), atol=0.02)


@pytest.mark.parametrize("form", ["light on dark", "dark on light", "red on white"])
@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_every_format_reads_alike(ink, form, format_):
    read = read_image(encoded(FORMS[form](ink).convert("RGB"), format_))
    wanted = ink / np.float32(255)
    assert np.abs(read - wanted).mean() < 0.05 * wanted.mean()
    assert np.abs(read - wanted).max() < 0.6  # compression may move the edge of a stroke


def test_a_binary_picture_is_read(ink):
    image = Image.fromarray(ink > 127)
    assert image.mode == "1"
    np.testing.assert_array_equal(read_image(encoded(image)), ink > 127)


def test_a_digit_on_a_card_is_the_ink_and_not_the_card(ink):
    card = Image.new("RGBA", (200, 220))
    card.paste(coloured(ink, BLACK, (250, 240, 220)), (40, 40))
    wanted = np.pad(ink / np.float32(255), ((40, 40), (40, 40)))
    np.testing.assert_allclose(read_image(encoded(card)), wanted, atol=0.02)


def test_a_digit_cut_out_of_paint_is_ink(ink):
    np.testing.assert_allclose(
        read_image(encoded(painted(255 - ink, WHITE))), ink / np.float32(255), atol=0.02
    )


def test_exif_orientation_is_followed(ink):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    lying = Image.fromarray(np.rot90(ink))
    upright = read_image(encoded(lying, "PNG", exif=exif))
    np.testing.assert_allclose(upright, ink / np.float32(255), atol=0.02)


def test_of_an_animation_the_first_picture_is_read(ink):
    first, second = Image.fromarray(ink), Image.fromarray(255 - np.rot90(ink, 2))
    file = encoded(first, "GIF", save_all=True, append_images=[second])
    assert Image.open(io.BytesIO(file)).n_frames == 2
    np.testing.assert_allclose(read_image(file), ink / np.float32(255), atol=0.02)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("level", [0, 100, 255])
def test_a_flat_picture_has_no_ink(mode, level):
    flat = Image.new("L", (30, 20), level).convert(mode)
    assert not read_image(encoded(flat)).any()


def test_full_transparency_has_no_ink():
    assert not read_image(encoded(Image.new("RGBA", (30, 20)))).any()


def test_large_pictures_come_out_smaller_and_framed_alike(ink):
    large = Image.fromarray(255 - ink).resize((2400, 2800), Image.Resampling.BICUBIC)
    read = read_image(encoded(large))
    assert max(read.shape) <= image_io.MAX_WORKING_SIDE
    wanted = frame(ink).image
    assert np.abs(frame(read).image - wanted).mean() < 0.1 * wanted.mean()


def test_paths_bytes_and_open_files_read_alike(ink, tmp_path):
    path = tmp_path / "four.png"
    path.write_bytes(encoded(Image.fromarray(ink)))
    with path.open("rb") as file:
        reads = [read_image(s) for s in (path, str(path), path.read_bytes(), file)]
    assert all(np.array_equal(read, reads[0]) for read in reads)


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.png: there is no such file"):
        read_image(tmp_path / "none.png")
    with pytest.raises(InputError, match="got a folder"):
        read_image(tmp_path)
    with pytest.raises(InputError, match="mode 'rb'"):
        read_image(io.StringIO("text"))


def test_what_is_no_picture_is_named_with_what_is_accepted(tmp_path):
    with pytest.raises(InputError, match=r"is empty .* expected an image as PNG, JPEG"):
        read_image(b"")
    with pytest.raises(
        InputError, match=r"letter\.txt is not an image; expected an image as .* PPM"
    ):
        read_image(b"Dear all", name="letter.txt")
    array = io.BytesIO()
    np.save(array, np.array([{"a": 1}]), allow_pickle=True)
    with pytest.raises(InputError, match="not an image"):
        read_image(array.getvalue())


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_truncated_picture_is_refused(ink, format_):
    file = encoded(Image.fromarray(ink).convert("RGB"), format_)
    with pytest.raises(InputError, match=r"damaged|not an image"):
        read_image(file[: len(file) // 2])


def test_a_huge_picture_is_refused_before_it_is_decoded():
    for side in (9_000, 20_000):
        header = io.BytesIO()
        Image.new("1", (8, 8)).save(header, "PPM")
        file = header.getvalue().replace(b"8 8", f"{side} {side}".encode())
        with pytest.raises(InputError, match=r"million pixels|far more than"):
            read_image(file)


def test_a_huge_file_is_refused(monkeypatch, ink):
    monkeypatch.setattr(image_io, "MAX_FILE_BYTES", 100)
    with pytest.raises(InputError, match="a larger one"):
        read_image(io.BytesIO(encoded(Image.fromarray(ink))))
    assert len(read_image_bytes(io.BytesIO(bytes(1000)))) == 101


def test_numbers_that_are_not_finite_are_refused():
    image = Image.fromarray(np.full((8, 8), np.nan, np.float32))
    with pytest.raises(InputError, match="finite"):
        read_image(encoded(image, "TIFF"))


@given(data=st.data(), format_=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_damaged_picture_is_ink_or_an_input_error(ink, data, format_):
    file = bytearray(encoded(Image.fromarray(ink[::4, ::4]).convert("RGB"), format_))
    for _ in range(data.draw(st.integers(1, 8))):
        file[data.draw(st.integers(0, len(file) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = read_image(bytes(file))
    except InputError:
        return
    assert read.ndim == 2
    assert 0 <= read.min() <= read.max() <= 1
