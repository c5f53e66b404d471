"""Attributions: agreement with Captum, and what each must satisfy by its definition."""

import sys

import numpy as np
import pytest
from numpy.typing import NDArray
from torch import nn

from jacviz.compiler import CompiledJacobian
from jacviz.errors import InputError
from jacviz.explain import attribute
from jacviz.explain.attribution_specs import ATTRIBUTION_NAMES, ATTRIBUTIONS, AttributionName
from jacviz.explain.captum import attribute_by_captum
from jacviz.explain.sensitivity import sensitivity
from jacviz.models.lenet5 import LeNet5
from jacviz.output_spaces import SPACES, Space

Digits = NDArray[np.float32]


def assert_close(found: Digits, expected: Digits) -> None:
    """Both are float32 sums of many terms."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-4 * np.abs(expected).max())


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("name", ATTRIBUTION_NAMES)
def test_captum_gives_the_same_maps(
    lenet5: LeNet5, graph: CompiledJacobian, digits: Digits, name: AttributionName, space: Space
) -> None:
    pytest.importorskip("captum", reason="needs jacviz[attributions]")
    options = {"samples": 5, "sigma": 0.2, "seed": 3, "steps": 20}
    ours = attribute(graph, digits[30], name, space, **options)
    theirs = attribute_by_captum(lenet5, digits[30], name, space, **options)
    assert_close(ours.maps, theirs.maps)
    assert (ours.residual is None) == (theirs.residual is None) == (name != ATTRIBUTION_NAMES[3])
    if ours.residual is not None and theirs.residual is not None:
        np.testing.assert_allclose(ours.residual, theirs.residual, atol=1e-4)


@pytest.mark.parametrize("name", ATTRIBUTION_NAMES)
def test_captum_agrees_on_a_colour_network_too(
    colour_model: nn.Module, colour_graph: CompiledJacobian, name: AttributionName
) -> None:
    pytest.importorskip("captum", reason="needs jacviz[attributions]")
    image = np.random.default_rng(0).random((3, 8, 6), dtype=np.float32)
    ours = attribute(colour_graph, image, name)
    assert ours.maps.shape == (4, 3, 8, 6)
    assert_close(ours.maps, attribute_by_captum(colour_model, image, name).maps)


@pytest.mark.parametrize("space", SPACES)
def test_integrated_gradients_add_up_to_the_change_from_blank_paper(
    graph: CompiledJacobian, digits: Digits, space: Space
) -> None:
    found = attribute(graph, digits[30], "integrated-gradients", space, steps=400)
    here, blank = (sensitivity(graph, image) for image in (digits[30], 0 * digits[30]))
    outputs = {
        "logit": here.logits - blank.logits,
        "probability": here.probabilities - blank.probabilities,
        "log-probability": np.log(here.probabilities) - np.log(blank.probabilities),
    }
    sums = found.maps.sum(axis=(1, 2))
    np.testing.assert_allclose(sums, outputs[space], atol=1e-3)
    assert found.residual is not None
    np.testing.assert_allclose(found.residual, sums - outputs[space], atol=1e-4)


def test_more_steps_leave_less_of_a_residual(graph: CompiledJacobian, digits: Digits) -> None:
    residuals = [
        attribute(graph, digits[30], "integrated-gradients", steps=steps).residual
        for steps in (5, 50, 500)
    ]
    sizes = [np.abs(residual).max() for residual in residuals if residual is not None]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[2] < 1e-5


def test_paper_gets_no_share_where_shares_are_of_the_ink(
    graph: CompiledJacobian, digits: Digits
) -> None:
    for name in ("gradient-x-ink", "integrated-gradients"):
        maps = attribute(graph, digits[30], name).maps
        assert not maps[:, digits[30] == 0].any()


def test_smoothgrad_is_the_same_for_the_same_seed_and_the_gradient_for_little_noise(
    graph: CompiledJacobian, digits: Digits
) -> None:
    def maps(seed: int, sigma: float) -> Digits:
        return attribute(graph, digits[30], "smoothgrad", samples=4, sigma=sigma, seed=seed).maps

    np.testing.assert_array_equal(maps(1, 0.2), maps(1, 0.2))
    assert not np.array_equal(maps(1, 0.2), maps(2, 0.2))
    gradient = attribute(graph, digits[30]).maps
    np.testing.assert_allclose(maps(1, 1e-5), gradient, atol=1e-3 * np.abs(gradient).max())


def test_every_attribution_says_what_it_means() -> None:
    assert set(ATTRIBUTIONS) == set(ATTRIBUTION_NAMES)
    for kind in ATTRIBUTIONS.values():
        assert kind.meaning.endswith(".")
        assert kind.label
        assert kind.unit


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "lime"}, "one of gradient, gradient-x-ink, .* got 'lime'"),
        ({"name": "smoothgrad", "samples": 0}, "positive"),
        ({"name": "smoothgrad", "sigma": 0}, "positive"),
        ({"name": "integrated-gradients", "steps": 0}, "positive"),
        ({"space": "odds"}, "output space, .* got 'odds'"),
    ],
)
def test_what_is_not_offered_is_refused(
    graph: CompiledJacobian, digits: Digits, options: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        attribute(graph, digits[30], **options)


def test_without_captum_the_way_to_it_is_told(
    lenet5: LeNet5, digits: Digits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "captum", None)
    with pytest.raises(InputError, match=r"jacviz\[attributions\]"):
        attribute_by_captum(lenet5, digits[0])
