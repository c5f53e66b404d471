"""Ways from one answer to another, and the least change that gives another answer."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from jacviz.compiler import CompiledJacobian, compile_jacobian
from jacviz.compiler.softmax import softmax
from jacviz.errors import InputError
from jacviz.explain import Size, nearest_flip, toward
from jacviz.explain.deepfool import first_flip

Digits = NDArray[np.float32]


def affine(weight: list[list[float]], bias: list[float]) -> CompiledJacobian:
    """A network of one affine map, whose boundaries are known exactly."""
    model = nn.Sequential(nn.Flatten(), nn.Linear(len(weight[0]), len(weight)))
    model[1].weight.data = torch.tensor(weight)
    model[1].bias.data = torch.tensor(bias)
    return compile_jacobian(model.requires_grad_(False), torch.zeros(1, 1, len(weight[0])))


def test_a_way_towards_a_class_ends_where_the_answer_has_just_flipped(
    graph: CompiledJacobian, digits: Digits
) -> None:
    flips = 0
    for digit, target in zip(digits[::8], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], strict=True):
        way = toward(graph, digit, target)
        np.testing.assert_array_equal(way.images[0], digit)
        assert way.images.min() >= 0
        assert way.images.max() <= 1
        for image, probabilities, size in zip(
            way.images, way.probabilities, way.sizes, strict=True
        ):
            np.testing.assert_allclose(probabilities, softmax(graph(image)[0]), atol=1e-6)
            assert size == Size.between(digit, image)
        answers = way.probabilities.argmax(axis=1)
        assert (answers[:-1] != target).all()
        assert way.flipped == (answers[-1] == target)
        if way.flipped and len(way.images) > 1:
            flips += 1
            assert way.ending == "The answer flipped."
    assert flips >= 5


def test_the_last_step_is_cut_to_where_the_answer_flips() -> None:
    # z1 - z0 = x - 0.3: the boundary lies 0.3 of the way along.
    graph = affine([[0.0], [1.0]], [0.0, -0.3])
    start, stop = np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32)
    image, logits = first_flip(graph, start, stop, lambda z: int(z.argmax()) == 1)
    np.testing.assert_array_equal(logits, graph(image)[0])
    assert 0.3 < image.item() <= 0.3 + 1 / 4096
    way = toward(graph, [[0.25]], 1, step=0.5)
    assert way.sizes[-1].l2 == pytest.approx(0.05, abs=0.5 / 4096)


def test_each_step_is_at_most_as_long_as_asked(graph: CompiledJacobian, digits: Digits) -> None:
    way = toward(graph, digits[0], 5, step=0.1, most=7)
    steps = np.diff(way.images, axis=0).reshape(len(way.images) - 1, -1)
    assert (np.linalg.norm(steps, axis=1) <= 0.1 + 1e-6).all()
    assert len(steps) <= 7


def test_a_few_small_steps_are_honest_about_not_flipping(
    graph: CompiledJacobian, digits: Digits
) -> None:
    way = toward(graph, digits[0], 1, step=0.01, most=3)
    assert (way.flipped, len(way.images)) == (False, 4)
    assert way.ending == "It did not flip in 3 steps."
    assert way.probabilities[-1, 1] > way.probabilities[0, 1]


def test_towards_the_answer_itself_there_is_nothing_to_do(
    graph: CompiledJacobian, digits: Digits
) -> None:
    top = int(graph(digits[0])[0].argmax())
    way = toward(graph, digits[0], top)
    assert way.flipped
    assert len(way.images) == 1
    assert way.sizes == (Size(0, 0, 0),)


def test_where_no_ink_can_help_the_way_ends_and_says_so() -> None:
    blank_helps = affine([[0.0, 0.0], [-1.0, -1.0]], [0.0, -1.0])
    way = toward(blank_helps, np.zeros((1, 2)), 1)
    assert not way.flipped
    assert len(way.images) == 1
    assert way.ending == "It did not flip: no change of ink makes the class any likelier."


def test_the_least_change_of_an_affine_network_is_the_distance_to_its_boundary() -> None:
    # z1 - z0 = 3 x + 4 y - 3, which at (0.2, 0.1) is -2: 2 / 5 away, inside the range of ink.
    flip = nearest_flip(affine([[0.0, 0.0], [3.0, 4.0]], [0.0, -3.0]), [[0.2, 0.1]])
    assert flip is not None
    assert (flip.before, flip.after) == (0, 1)
    assert flip.size.l2 == pytest.approx(0.4, rel=1e-3)


def test_the_least_change_stays_within_the_range_of_ink() -> None:
    # The nearest point of 3 x + 4 y = 3.5 has y > 1 from (0.0, 0.9): the corner is left to x.
    flip = nearest_flip(affine([[0.0, 0.0], [1.0, 4.0]], [0.0, -4.5]), [[0.1, 1.0]])
    assert flip is not None
    np.testing.assert_allclose(flip.image, [[0.5, 1.0]], atol=1e-3)


def test_an_answer_that_no_ink_changes_has_no_flip() -> None:
    assert nearest_flip(affine([[0.0], [1.0]], [5.0, 0.0]), [[0.5]]) is None


def test_a_model_of_one_class_has_no_other_answer() -> None:
    with pytest.raises(InputError, match="two or more classes, got one"):
        nearest_flip(affine([[1.0, 2.0]], [0.0]), [[0.5, 0.5]])


@pytest.mark.parametrize(
    "image", ["ink", [[0.0], [0.0, 1.0]], torch.zeros(2).to_sparse(), object()]
)
def test_what_is_no_image_is_refused(graph: CompiledJacobian, image: object) -> None:
    with pytest.raises(InputError, match=r"ink in \[0, 1\]"):
        nearest_flip(graph, image)


def test_the_least_change_flips_and_is_shorter_than_any_way_towards_a_class(
    graph: CompiledJacobian, digits: Digits
) -> None:
    for digit in digits[::20]:
        flip = nearest_flip(graph, digit)
        assert flip is not None
        assert int(graph(flip.image)[0].argmax()) == flip.after != flip.before
        assert flip.image.min() >= 0
        assert flip.image.max() <= 1
        assert flip.size == Size.between(digit, flip.image)
        ways = [toward(graph, digit, k) for k in range(10) if k != flip.before]
        lengths = [way.sizes[-1].l2 for way in ways if way.flipped]
        assert flip.size.l2 <= 1.05 * min(lengths)


def test_sizes_are_what_they_are_called() -> None:
    size = Size.between(np.zeros((2, 2), np.float32), np.array([[0, 0.5], [0.5, 1]], np.float32))
    assert size == Size(l1=2.0, l2=pytest.approx(1.5**0.5), largest=1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": 10}, "0 to 9"),
        ({"target": 1, "step": 0}, "step > 0"),
        ({"target": 1, "most": 0}, "at least one step, got .* most=0"),
    ],
)
def test_ways_that_cannot_be_gone_are_refused(
    graph: CompiledJacobian, digits: Digits, options: dict[str, int], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        toward(graph, digits[0], **options)


def test_what_is_no_ink_is_refused(graph: CompiledJacobian) -> None:
    for image in (np.full((28, 28), 1.1), np.full((28, 28), -0.1), np.full((28, 28), np.nan)):
        with pytest.raises(InputError, match=r"ink in \[0, 1\]"):
            toward(graph, image, 1)
