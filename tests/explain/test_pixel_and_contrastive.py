"""What a pixel does, what a change of ink does, and why one class and not another."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from jacviz.compiler import CompiledJacobian
from jacviz.compiler.softmax import softmax
from jacviz.errors import InputError
from jacviz.explain import AMOUNTS, brush, inspect, versus, what_if
from jacviz.explain.perturbation import _room
from jacviz.explain.sensitivity import Sensitivity, sensitivity
from jacviz.output_spaces import SPACES, Space

Digits = NDArray[np.float32]


@pytest.fixture(scope="module")
def digit(digits: Digits) -> Digits:
    return digits[30]


@pytest.fixture(scope="module")
def here(graph: CompiledJacobian, digit: Digits) -> Sensitivity:
    return sensitivity(graph, digit)


@pytest.mark.parametrize("space", SPACES)
def test_a_pixel_is_inspected_by_one_column_of_the_jacobian(
    digit: Digits, here: Sensitivity, space: Space
) -> None:
    found = inspect(digit, here, (9, 14), space)
    assert found.ink == digit[9, 14]
    np.testing.assert_array_equal(found.derivatives, here.jacobian(space)[:, 9, 14])
    assert found.total == found.derivatives.sum()


def test_a_pixels_probability_derivatives_sum_to_zero(digit: Digits, here: Sensitivity) -> None:
    for pixel in np.ndindex(28, 28):
        found = inspect(digit, here, pixel)
        assert abs(found.total) <= 1e-6 * np.abs(found.derivatives).max() + 1e-30


@pytest.mark.parametrize("pixel", [(28, 0), (0, -1), (3,), (0, 3, 3)])
def test_a_pixel_outside_the_image_is_refused(
    digit: Digits, here: Sensitivity, pixel: tuple[int, ...]
) -> None:
    with pytest.raises(InputError, match=r"expected a pixel from \(0, 0\) to \(27, 27\), got"):
        inspect(digit, here, pixel)


def test_what_if_is_true_where_the_network_is_asked_and_straight_where_the_jacobian_is(
    graph: CompiledJacobian, digit: Digits, here: Sensitivity
) -> None:
    under = brush(digit.shape, (9, 14), 1.5)
    result = what_if(graph, digit, under)
    assert result.amounts.tolist() == list(AMOUNTS)
    for amount, true in zip(result.amounts, result.true, strict=True):
        np.testing.assert_allclose(
            true, softmax(graph(digit + np.float32(amount) * under)[0]), atol=1e-6
        )
    zero = AMOUNTS.index(0)
    np.testing.assert_allclose(result.predicted[zero], result.true[zero], atol=1e-7)
    np.testing.assert_allclose(np.diff(result.predicted, n=2, axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(result.predicted.sum(axis=1), 1, atol=1e-6)
    slope = (here.jacobian("probability") * under).sum(axis=(1, 2))
    np.testing.assert_allclose(
        result.predicted[-1] - result.predicted[zero], slope, rtol=1e-4, atol=1e-6
    )


def test_what_if_is_right_to_first_order(graph: CompiledJacobian, digits: Digits) -> None:
    # An error of second order falls to a sixteenth with a quarter of the amount; one of first
    # order only to a quarter. 2e-6 is float32's share.
    for digit in digits[::16]:
        result = what_if(graph, digit, brush(digit.shape, (14, 14), 2), [0.02, 0.005])
        far, near = np.abs(result.true - result.predicted).max(axis=1)
        assert near <= far / 8 + 2e-6


@given(st.data())
def test_what_is_possible_is_ink_and_what_is_not_is_none(data: st.DataObject) -> None:
    ink = np.array(
        data.draw(st.lists(st.floats(0, 1, width=16), min_size=1, max_size=6)), np.float32
    )
    under = np.array(
        data.draw(
            st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0]), min_size=len(ink), max_size=len(ink))
        ),
        np.float32,
    )
    if not under.any():
        return
    least, most = _room(ink, under)
    assert least <= 0 <= most
    for amount, possible in [
        (least, True),
        (most, True),
        (least - 0.01, False),
        (most + 0.01, False),
    ]:
        changed = ink + amount * under.astype(np.float64)
        assert ((changed >= -1e-6) & (changed <= 1 + 1e-6)).all() == possible


def test_amounts_that_leave_the_range_of_ink_are_said_so_and_not_clipped(
    graph: CompiledJacobian, digit: Digits
) -> None:
    pixel = np.unravel_index(digit.argmin(), digit.shape)
    result = what_if(graph, digit, brush(digit.shape, pixel))
    assert result.room == (0, 1)
    np.testing.assert_array_equal(result.possible, result.amounts >= 0)
    assert not np.allclose(result.true[0], result.true[20], atol=1e-9)


@pytest.mark.parametrize(
    ("under", "amounts", "message"),
    [
        (np.zeros((28, 28)), [0.1], "not all zeros"),
        (np.ones((27, 28)), [0.1], r"shape \(28, 28\)"),
        (np.ones((28, 28)), [], "finite numbers"),
        (np.ones((28, 28)), [np.nan], "finite numbers"),
    ],
)
def test_what_if_refuses_what_it_cannot_answer(
    graph: CompiledJacobian, digit: Digits, under: Digits, amounts: list[float], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        what_if(graph, digit, under, amounts)


def test_a_brush_is_round_and_of_its_channel() -> None:
    assert brush((5, 5), (2, 2)).sum() == 1
    np.testing.assert_array_equal(
        brush((4, 5), (1, 1), 1), [[0, 1, 0, 0, 0], [1, 1, 1, 0, 0], [0, 1, 0, 0, 0], [0] * 5]
    )
    coloured = brush((3, 4, 5), (2, 1, 1), 1)
    assert coloured.sum() == coloured[2].sum() == 5
    with pytest.raises(InputError, match="radius of 0 or more pixels, got -1"):
        brush((5, 5), (2, 2), -1)


def test_colour_images_and_other_class_counts_are_asked_alike(
    colour_graph: CompiledJacobian,
) -> None:
    image = np.random.default_rng(0).random((3, 8, 6), dtype=np.float32)
    here = sensitivity(colour_graph, image)
    assert inspect(image, here, (2, 7, 5)).derivatives.shape == (4,)
    assert what_if(colour_graph, image, brush(image.shape, (1, 3, 3), 1)).true.shape == (41, 4)
    assert versus(here).map.shape == (3, 8, 6)


def test_by_default_the_two_most_likely_classes_are_compared(here: Sensitivity) -> None:
    first, second = np.argsort(-here.probabilities)[:2]
    found = versus(here)
    assert (found.a, found.b) == (first, second)
    p = here.probabilities
    assert found.log_odds == pytest.approx(np.log(p[first] / p[second]), rel=1e-5)
    np.testing.assert_array_equal(found.map, here.log_odds(found.a, found.b))


def test_a_class_that_is_given_is_compared_with_the_likeliest_other(here: Sensitivity) -> None:
    first, second = map(int, np.argsort(-here.probabilities)[:2])
    assert (versus(here, a=first).b, versus(here, a=second).b) == (second, first)
    assert (versus(here, b=first).a, versus(here, b=second).a) == (second, first)
    other = versus(here, second, first)
    np.testing.assert_array_equal(other.map, -versus(here).map)
    assert other.log_odds == -versus(here).log_odds


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [(3, 3, "two different classes, got 3 twice"), (10, None, "0 to 9"), (None, -1, "0 to 9")],
)
def test_classes_that_cannot_be_compared_are_refused(
    here: Sensitivity, a: int | None, b: int | None, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        versus(here, a, b)
