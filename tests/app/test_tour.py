"""The tour says only what is so."""

import re

import numpy as np
import pytest
import torch

import jacviz
from jacviz.app import tour
from jacviz.app.state import STOP, format_query, parse_query
from jacviz.explain.sensitivity import Sensitivity
from jacviz.export import link_codec
from jacviz.training.comparison.metrics import near_ink
from jacviz.typing import Float32Array


def _image(number: int) -> Float32Array:
    drawing = tour.state(number).drawing
    assert drawing is not None
    return jacviz.frame(link_codec.decode(drawing)).image


def _answer(number: int, network: str = "standard") -> Sensitivity:
    return jacviz.sensitivity(jacviz.load_lenet5(network), _image(number))


def _percents(sentence: str) -> list[float]:
    return [
        float(text.replace("\u2212", "-")) for text in re.findall(r"[\u2212\d.]+(?=%)", sentence)
    ]


@pytest.mark.parametrize("number", range(1, len(tour.STOPS) + 1))
def test_a_stops_link_is_short_and_restores_it(number: int) -> None:
    state = tour.state(number)
    link = format_query(state)
    assert len(link) < 2000
    assert parse_query(link) == (state, ())


def test_the_table_of_properties_knows_the_stops() -> None:
    assert len(tour.STOPS) == STOP.maximum == 5


def test_the_digit_of_a_stop_is_framed_as_the_sample_that_it_is(digits: Float32Array) -> None:
    for number, stop in enumerate(tour.STOPS, start=1):
        expected = jacviz.frame(digits[stop.digit]).image
        np.testing.assert_allclose(_image(number), expected, atol=0.01)


def test_the_first_stops_pixel_takes_from_one_digit_and_gives_to_another() -> None:
    hesitates, changes = tour.sentences(1)
    answer = _answer(1)
    first, second = np.argsort(-answer.probabilities)[:2]
    assert f"{first} has" in hesitates
    assert _percents(hesitates) == pytest.approx(
        100 * answer.probabilities[[first, second]], abs=0.06
    )
    assert answer.probabilities[first] < 0.7
    maps = answer.jacobian("probability")
    strongest = np.unravel_index(np.abs(maps[first]).argmax(), maps[first].shape)
    assert tour.state(1).pixel == strongest
    here = maps[:, *strongest]
    assert f"against {here.argmin()} and most for {here.argmax()}" in changes
    assert abs(here.sum()) < 1e-6


def test_the_second_stop_is_saturated_and_its_logits_are_not() -> None:
    sure, before = tour.sentences(2)
    answer = _answer(2)
    assert answer.saturated
    (told,) = _percents(sure)
    assert told == pytest.approx(100 * answer.probabilities.max(), abs=0.006)
    bound = re.search(r"more than ([\d.]+) per", sure)
    most = re.search(r"up to ([\d.]+):", before)
    assert bound is not None
    assert most is not None
    # Two digits are told, rounded.
    assert float(bound[1]) == pytest.approx(np.abs(answer.jacobian("probability")).max(), rel=0.05)
    assert float(most[1]) == pytest.approx(np.abs(answer.jacobian("logit")).max(), rel=0.05)
    assert float(most[1]) > 100 * float(bound[1])


def test_the_third_stops_line_is_right_at_first_and_impossible_at_last() -> None:
    image, model, pixel = _image(3), jacviz.load_lenet5(), tour.state(3).pixel
    assert pixel is not None
    assert image[pixel] == 0
    inks = np.stack([image] * 3)
    inks[:, *pixel] = [0, tour.SMALL_INK_CHANGE, 1]
    with torch.no_grad():
        true = model(torch.from_numpy(inks)[:, None]).softmax(dim=1).numpy()
    answer = _answer(3)
    k, slope = answer.top, answer.jacobian("probability")[answer.top][pixel]
    line = answer.probabilities[k] + slope * np.array([0, tour.SMALL_INK_CHANGE, 1])
    small, large = (_percents(sentence) for sentence in tour.sentences(3))
    assert small == pytest.approx(100 * np.array([true[0, k], true[1, k], line[1]]), abs=0.06)
    assert large == pytest.approx(100 * np.array([line[2], true[2, k]]), abs=0.51)
    assert abs(line[1] - true[1, k]) < 0.01
    assert line[2] < 0
    assert true[2, k] > true[0, k]


def test_the_fourth_stops_pixels_speak_most_for_one_and_the_other() -> None:
    likely, where = tour.sentences(4)
    answer, state = _answer(4), tour.state(4)
    assert (state.a, state.b) == (4, 9) == tuple(np.argsort(-answer.probabilities)[:2])
    assert _percents(likely) == pytest.approx(100 * answer.probabilities[[4, 9]], abs=0.06)
    odds = answer.log_odds(4, 9)
    assert state.pixel == np.unravel_index(odds.argmax(), odds.shape)
    row, column = np.unravel_index(odds.argmin(), odds.shape)
    assert f"row {row}, column {column}" in where


def test_the_fifth_stops_maps_gather_at_the_ink_by_training() -> None:
    trained, otherwise = tour.sentences(5)
    near = near_ink(_image(5)[None])[0]
    shares = {}
    for network in ("standard", "readable"):
        answer = _answer(5, network)
        assert answer.top == 5
        maps = np.abs(answer.jacobian("probability")).sum(axis=0)
        shares[network] = 100 * maps[near].sum() / maps.sum()
    assert _percents(trained) == pytest.approx([shares["readable"]], abs=0.6)
    told = [shares["standard"], 100 * near.mean()]
    assert _percents(otherwise) == pytest.approx(told, abs=0.6)
    assert shares["readable"] > 1.5 * near.mean() * 100 > 1.5 * shares["standard"]
