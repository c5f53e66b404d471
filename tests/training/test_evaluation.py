"""Evaluation and calibration, against figures worked out by hand."""

import pytest
import torch
from torch import Tensor
from torchmetrics.functional.classification import multiclass_calibration_error

from jacviz.models.lenet5 import LeNet5
from jacviz.training import Evaluation, evaluate
from jacviz.training.calibration import calibrate
from jacviz.training.evaluation import evaluate_logits


def logits_with(confidence: list[float], right: list[bool]) -> tuple[Tensor, Tensor]:
    """Two-class logits whose larger probability is as given, and labels that make it right."""
    p = torch.tensor(confidence, dtype=torch.float64)
    logits = torch.stack([p.log(), (1 - p).log()], 1)
    return logits, (~torch.tensor(right)).long()


def test_a_sure_and_right_classifier_has_no_calibration_error() -> None:
    logits, labels = logits_with([1 - 1e-12] * 4, [True] * 4)
    assert evaluate_logits(logits, labels) == Evaluation(1.0, 1.0, pytest.approx(0.0, abs=1e-9))


def test_calibration_error_is_the_gap_between_confidence_and_accuracy_weighted_by_digits() -> None:
    logits, labels = logits_with([0.9, 0.9, 0.9, 0.9, 0.6], [True, True, True, False, True])
    result = evaluate_logits(logits, labels)
    assert result.accuracy == pytest.approx(0.8)
    assert result.saturated == 0
    assert result.ece == pytest.approx((4 * abs(0.75 - 0.9) + 1 * abs(1 - 0.6)) / 5)


def test_calibration_error_is_torchmetrics_where_no_confidence_is_close_to_1() -> None:
    torch.manual_seed(0)
    logits, labels = 2 * torch.randn(3000, 10), torch.randint(10, (3000,))
    assert logits.double().softmax(1).max() < 0.9999
    expected = multiclass_calibration_error(logits.double().softmax(1), labels, 10, n_bins=15)
    assert evaluate_logits(logits, labels).ece == pytest.approx(float(expected), abs=1e-6)


def test_all_confidences_above_14_15_share_the_last_bin_also_those_that_round_to_1() -> None:
    # Where torchmetrics differs: it puts 1 - 1e-9, which is 1 in float32, into a bin of its own.
    logits, labels = logits_with([1 - 1e-9, 0.95], [False, True])
    assert evaluate_logits(logits, labels).ece == pytest.approx((0.95 + 1 - 1) / 2, abs=1e-6)
    theirs = multiclass_calibration_error(logits.softmax(1), labels, 2, n_bins=15)
    assert float(theirs) == pytest.approx((1 + 0.05) / 2, abs=1e-6)


def test_saturated_means_above_0_999() -> None:
    logits, labels = logits_with([0.9989, 0.9991, 0.99999, 0.6], [True] * 4)
    assert evaluate_logits(logits, labels).saturated == 0.5


def test_a_model_is_evaluated_in_parts_as_in_one_go(lenet5: LeNet5) -> None:
    torch.manual_seed(0)
    ink, labels = torch.rand(2345, 1, 28, 28), torch.randint(10, (2345,))
    with torch.inference_mode():
        assert evaluate(lenet5, ink, labels) == evaluate_logits(lenet5(ink), labels)


def test_calibration_finds_the_temperature_that_labels_were_drawn_at() -> None:
    torch.manual_seed(0)
    model = LeNet5().requires_grad_(False)
    model.classifier[-1].weight.mul_(40)
    ink = torch.rand(1500, 1, 28, 28)
    labels = torch.multinomial((model(ink) / 2.5).softmax(1), 1)[:, 0]
    before = model(ink)
    temperature = calibrate(model, ink, labels, most_saturated=1.0)
    assert temperature == pytest.approx(2.5, rel=0.1)
    torch.testing.assert_close(model(ink), before / temperature, rtol=1e-4, atol=1e-4)


def test_calibration_keeps_within_the_share_that_may_saturate() -> None:
    torch.manual_seed(0)
    model = LeNet5().requires_grad_(False)
    model.classifier[-1].weight.mul_(40)
    ink = torch.rand(500, 1, 28, 28)
    labels = model(ink).argmax(1)
    calibrate(model, ink, labels, most_saturated=0.05)
    assert 0 < evaluate(model, ink, labels).saturated <= 0.05
