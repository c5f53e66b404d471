"""Every view of the Jacobian, checked against the mathematics and against float64."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from torch import nn

from jacviz.autodiff import loop, reference
from jacviz.compiler import compile_jacobian
from jacviz.errors import InputError
from jacviz.explain.sensitivity import Sensitivity, sensitivity
from jacviz.models.lenet5 import LeNet5
from jacviz.output_spaces import SPACES, Space

finite = {"allow_nan": False, "allow_infinity": False, "width": 32}


@st.composite
def sensitivities(draw: st.DrawFn) -> Sensitivity:
    m = draw(st.integers(1, 12))
    logits = draw(arrays(np.float32, m, elements=st.floats(-1e4, 1e4, **finite)))
    jacobian = draw(arrays(np.float32, (m, 3, 2), elements=st.floats(-100, 100, **finite)))
    return Sensitivity(logits, jacobian)


def exact(s: Sensitivity) -> dict[Space, NDArray[np.float64]]:
    """J_p = (diag p - p p^T) J_z and J_logp = J_z - 1 p^T J_z, as written, in float64."""
    z = s.logits.astype(np.float64)
    p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    flat = s.logit_jacobian.reshape(len(p), -1).astype(np.float64)
    views = {
        "logit": flat,
        "log-probability": flat - p @ flat,
        "probability": (np.diag(p) - np.outer(p, p)) @ flat,
    }
    return {space: rows.reshape(s.logit_jacobian.shape) for space, rows in views.items()}


@given(sensitivities())
def test_all_spaces_follow_from_the_logit_jacobian(s: Sensitivity) -> None:
    size = np.abs(s.logit_jacobian).max()
    for space, expected in exact(s).items():
        np.testing.assert_allclose(s.jacobian(space), expected, rtol=1e-5, atol=1e-5 * size + 1e-30)


@given(sensitivities())
def test_probability_rows_sum_to_zero_at_every_pixel(s: Sensitivity) -> None:
    jacobian = s.jacobian("probability")
    assert np.abs(jacobian.sum(axis=0)).max() <= 1e-6 * np.abs(jacobian).max() + 1e-37


@given(sensitivities())
def test_log_probability_rows_weighted_by_probability_sum_to_zero(s: Sensitivity) -> None:
    jacobian = s.jacobian("log-probability")
    balance = np.einsum("k,k...->...", s.probabilities, jacobian)
    assert np.abs(balance).max() <= 1e-5 * np.abs(jacobian).max()


@given(sensitivities(), st.data())
def test_log_odds_are_differences_in_both_logarithmic_spaces(
    s: Sensitivity, data: st.DataObject
) -> None:
    a, b = (data.draw(st.integers(0, len(s.logits) - 1)) for _ in range(2))
    z, logp = s.jacobian("logit"), s.jacobian("log-probability")
    np.testing.assert_array_equal(s.log_odds(a, b), z[a] - z[b])
    np.testing.assert_allclose(s.log_odds(a, b), logp[a] - logp[b], atol=1e-4)


@given(sensitivities())
def test_probabilities_are_the_softmax_and_the_top_is_their_maximum(s: Sensitivity) -> None:
    assert s.probabilities.sum() == pytest.approx(1)
    assert s.probabilities[s.top] == s.probabilities.max()


@pytest.mark.parametrize(("share", "saturated"), [(0.9989, False), (0.9991, True)])
def test_an_answer_is_saturated_above_nine_hundred_and_ninety_nine_in_a_thousand(
    share: float, saturated: bool
) -> None:
    logits = np.log(np.array([share, 1 - share], np.float32))
    assert Sensitivity(logits, np.zeros((2, 4), np.float32)).saturated is saturated


@given(sensitivities())
def test_the_matrix_is_the_forums_orientation(s: Sensitivity) -> None:
    for space in SPACES:
        matrix, jacobian = s.matrix(space), s.jacobian(space)
        assert matrix.shape == (6, len(s.logits))
        for k, row in enumerate(jacobian):
            np.testing.assert_array_equal(matrix[:, k], row.ravel())


def test_near_saturation_the_winners_row_keeps_its_digits() -> None:
    rng = np.random.default_rng(0)
    s = Sensitivity(
        np.array([20.0, 0.0, -3.0], np.float32), rng.normal(size=(3, 50)).astype(np.float32)
    )
    expected = exact(s)["probability"]
    np.testing.assert_allclose(s.jacobian("probability"), expected, rtol=1e-4, atol=1e-13)
    assert s.saturated


def test_probabilities_too_small_for_float32_are_shown_and_have_no_derivative() -> None:
    s = Sensitivity(np.array([100.0, 0.0], np.float32), np.ones((2, 4), np.float32))
    assert s.probabilities[1] == pytest.approx(np.exp(-100.0))
    assert not s.jacobian("probability").any()


@pytest.fixture(scope="module")
def model() -> LeNet5:
    torch.manual_seed(0)
    return LeNet5().eval()


@pytest.fixture
def frame() -> NDArray[np.float32]:
    return np.random.default_rng(1).random((28, 28), np.float32)


def test_a_frame_with_or_without_channel_gives_maps_without(
    model: LeNet5, frame: NDArray[np.float32]
) -> None:
    for image in (frame, frame[None], torch.from_numpy(frame), torch.from_numpy(frame)[None]):
        s = sensitivity(model, image)
        assert s.jacobian("probability").shape == (10, 28, 28)
        assert s.matrix("probability").shape == (784, 10)
        assert s.log_odds(3, 5).shape == (28, 28)


def test_colour_keeps_its_channels() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(4 * 4 * 6, 2))
    assert sensitivity(network, np.zeros((3, 6, 8))).jacobian().shape == (2, 3, 6, 8)


@pytest.mark.parametrize("gain", [1.0, 1000.0])
def test_every_space_matches_jacrev_in_float64(
    model: LeNet5, frame: NDArray[np.float32], gain: float
) -> None:
    model = copy.deepcopy(model)
    with torch.no_grad():
        model.classifier[-1].weight *= gain
        model.classifier[-1].bias *= gain
    ends = {"probability": [nn.Softmax(1)], "log-probability": [nn.LogSoftmax(1)], "logit": []}
    for space, end in ends.items():
        expected = reference.jacobian(nn.Sequential(model, *end), torch.from_numpy(frame)[None])
        jacobian = sensitivity(model, frame).jacobian(space)
        assert np.isfinite(jacobian).all()
        # A probability's relative error is its logit's absolute one: float32 of ten thousand.
        tolerance = 1e-5 * max(1.0, gain / 10)
        size = float(expected.abs().max())
        assert np.abs(jacobian - expected[:, 0].numpy()).max() <= tolerance * size + 1e-30


def test_the_forums_loop_gives_the_same_matrix(model: LeNet5, frame: NDArray[np.float32]) -> None:
    digit = torch.from_numpy(frame)[None]
    forum = loop.jacobian(nn.Sequential(model, nn.Softmax(dim=1)), digit).reshape(10, 784).T
    matrix = sensitivity(model, frame).matrix("probability")
    np.testing.assert_allclose(matrix, forum.numpy(), atol=1e-6 * float(forum.abs().max()) + 1e-8)


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(
    ("end", "outputs"),
    [(nn.Softmax(dim=1), "probability"), (nn.LogSoftmax(dim=1), "log-probability")],
)
def test_a_models_own_softmax_gives_the_same_sensitivity(
    model: LeNet5, frame: NDArray[np.float32], end: nn.Module, outputs: Space, compiled: bool
) -> None:
    logits = sensitivity(model, frame)
    ended: nn.Module = nn.Sequential(model, end)
    if compiled:
        ended = compile_jacobian(ended, frame, log_outputs=outputs == "probability")
    other = sensitivity(ended, frame, outputs=outputs)
    np.testing.assert_allclose(other.probabilities, logits.probabilities, rtol=1e-5)
    np.testing.assert_allclose(other.logits, np.log(logits.probabilities), rtol=1e-5)
    for space in ("probability", "log-probability"):
        expected = logits.jacobian(space)
        np.testing.assert_allclose(
            other.jacobian(space), expected, atol=1e-5 * np.abs(expected).max()
        )
    np.testing.assert_allclose(
        other.jacobian("logit"), logits.jacobian("log-probability"), atol=1e-5
    )


def test_a_readable_softmax_never_gives_the_logarithm_of_zero() -> None:
    network = nn.Sequential(nn.Linear(4, 3, bias=False), nn.Softmax(dim=1))
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor([[1e4] * 4, [0.0] * 4, [-1e4] * 4]))
    s = sensitivity(network, np.ones(4), outputs="probability")
    np.testing.assert_allclose(s.logits, [0, -4e4, -8e4])
    np.testing.assert_allclose(s.jacobian("logit")[1], -1e4)


def test_an_unreadable_softmax_has_a_floor() -> None:
    network = nn.Sequential(nn.Linear(4, 3), nn.GELU(), nn.Softmax(dim=1))
    plain = sensitivity(network[:2], np.ones(4))
    s = sensitivity(network, np.ones(4), outputs="probability")
    np.testing.assert_allclose(s.probabilities, plain.probabilities, rtol=1e-5)
    with torch.no_grad():
        network[0].weight.copy_(torch.tensor([[1e3] * 4, [0.0] * 4, [-1e3] * 4]))
    s = sensitivity(network, np.ones(4), outputs="probability")
    assert np.isfinite(s.logits).all()
    assert np.isfinite(s.jacobian("log-probability")).all()


@pytest.mark.parametrize("outputs", ["probability", "log-probability"])
def test_logits_that_are_called_probabilities_are_refused(
    model: LeNet5, frame: NDArray[np.float32], outputs: Space
) -> None:
    with pytest.raises(InputError, match="sum to 1"):
        sensitivity(model, frame, outputs=outputs)


def test_a_compiled_graph_of_probabilities_must_give_logarithms(
    model: LeNet5, frame: NDArray[np.float32]
) -> None:
    compiled = compile_jacobian(nn.Sequential(model, nn.Softmax(dim=1)), frame)
    with pytest.raises(InputError, match="log_outputs=True"):
        sensitivity(compiled, frame, outputs="probability")


@pytest.mark.parametrize("typo", ["probabilities", "Logit", "", None])
def test_a_mistyped_space_is_answered_with_the_valid_ones(
    model: LeNet5, frame: NDArray[np.float32], typo: str
) -> None:
    s = sensitivity(model, frame)
    valid = "'probability', 'log-probability', 'logit'"
    with pytest.raises(InputError, match=valid):
        s.jacobian(typo)
    with pytest.raises(InputError, match=valid):
        s.matrix(typo)
    with pytest.raises(InputError, match=valid):
        sensitivity(model, frame, outputs=typo)


@pytest.mark.parametrize(("a", "b"), [(0, 10), (-1, 3)])
def test_log_odds_of_classes_that_do_not_exist_are_refused(
    model: LeNet5, frame: NDArray[np.float32], a: int, b: int
) -> None:
    with pytest.raises(InputError, match="class from 0 to 9, got"):
        sensitivity(model, frame).log_odds(a, b)


def test_logits_and_jacobian_must_belong_together() -> None:
    with pytest.raises(InputError, match=r"\(M, \*image shape\)"):
        Sensitivity(np.zeros(3, np.float32), np.zeros((4, 2), np.float32))
