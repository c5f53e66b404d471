"""A model is one description: checked when it is made, its module built when it is needed."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import jacviz
from jacviz.models.model import Model
from jacviz.preprocessing.frame import Frame
from jacviz.preprocessing.letterbox import letterbox

from shapes import HEIGHT, LABELS, WIDTH, network, shapes


def described(**changes: Any) -> Model:
    plain: dict[str, Any] = {
        "name": "plain",
        "module": nn.Flatten,
        "labels": ("a", "b", "c", "d"),
        "input_shape": (1, 2, 2),
    }
    return Model(**{**plain, **changes})


def test_the_module_is_made_once_when_it_is_first_read_and_is_in_eval_mode() -> None:
    made = []

    def make() -> nn.Module:
        made.append(nn.Sequential(nn.Flatten(), nn.Dropout()))
        return made[-1]

    model = described(module=make)
    assert made == []
    assert model.module is model.module is made[0]
    assert len(made) == 1
    assert not any(part.training for part in model.module.modules())


def test_a_module_is_taken_as_it_is_and_put_into_eval_mode() -> None:
    module = nn.Sequential(nn.Flatten(), nn.Dropout()).train()
    assert described(module=module).module is module
    assert not module[1].training


def test_a_function_that_returns_no_module_is_refused_when_it_is_called() -> None:
    with pytest.raises(jacviz.InputError, match=r"expected its function to return .* got int"):
        described(module=lambda: 3).module  # noqa: B018


def test_nothing_of_a_model_can_be_changed() -> None:
    model = described()
    for name in ("name", "module", "labels"):
        with pytest.raises(FrozenInstanceError):
            setattr(model, name, getattr(model, name))
    assert isinstance(model.labels, tuple)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "two words"}, r"expected a name .* got 'two words'"),
        ({"name": "x" * 65}, "at most 64"),
        ({"module": 3}, "expected module to be .* got int"),
        ({"labels": "abcd"}, "expected labels as a sequence of texts, got 'abcd'"),
        ({"labels": ()}, "one or more labels"),
        ({"labels": ("a", " ")}, "none of them blank"),
        ({"labels": ("a", "b", "a")}, "all different"),
        ({"labels": (1, 2)}, "sequence of texts"),
        ({"input_shape": (28, 28)}, r"\(C, H, W\), .* got \(28, 28\)"),
        ({"input_shape": (1, 0, 28)}, "each from 1 to 4096"),
        ({"input_shape": (1, 2.5, 28)}, "each from 1 to 4096"),
        ({"outputs": "softmax"}, "one of probability, log-probability, logit, got 'softmax'"),
        ({"preprocess": 3}, "expected preprocess to be callable, got int"),
        ({"baseline": [1, 2, 3]}, r"broadcasts to \(1, 2, 2\)"),
        ({"baseline": float("nan")}, "finite"),
        ({"noun": "<b>"}, "expected a noun of letters, got '<b>'"),
    ],
)
def test_what_is_no_description_is_refused_in_words(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(jacviz.InputError, match=message):
        described(**changes)


def test_name_module_labels_and_shape_have_no_default() -> None:
    for name in ("name", "module", "labels", "input_shape"):
        fields = {"name": "x", "module": nn.Flatten, "labels": "ab", "input_shape": (1, 1, 1)}
        del fields[name]
        with pytest.raises(TypeError, match=name):
            Model(**fields)


def test_title_and_subject_have_defaults_in_words() -> None:
    assert described().title == "Plain"
    assert described().subject == "an image of one class"
    assert described(noun="digit").subject == "a digit"
    assert described(noun="animal").subject == "an animal"


def test_labels_must_be_as_many_as_outputs_when_the_model_is_first_run() -> None:
    model = described(labels=("a", "b", "c"))
    for run in (jacviz.compile_jacobian, lambda one: jacviz.sensitivity(one, np.zeros((2, 2)))):
        with pytest.raises(jacviz.InputError, match="each of its 4 outputs, got 3 labels"):
            run(model)


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_by_default_a_drawing_is_letterboxed(height: int, width: int, seed: int) -> None:
    ink = np.random.default_rng(seed).random((height, width))
    found, expected = shapes().frame(ink), letterbox(ink, HEIGHT, WIDTH)
    np.testing.assert_array_equal(found.image, expected.image)
    assert found.rectangle == expected.rectangle


def test_preprocessing_of_ones_own_may_return_a_frame_or_an_image() -> None:
    image = np.array([[0, 0.25], [0.5, 1]], np.float32)
    placed = Frame(image, 3.0, 4.0, 5.0, False)
    assert described(preprocess=lambda _: placed).frame(np.ones((9, 9))) is placed
    found = described(preprocess=lambda _: image).frame(np.ones((8, 4)))
    np.testing.assert_array_equal(found.image, image)
    assert not found.image.flags.writeable
    assert found.rectangle == (0, -2, 8, 6)
    assert not found.empty
    channelled = described(preprocess=lambda _: image[None]).frame(np.ones((8, 4)))
    np.testing.assert_array_equal(channelled.image, image)


def test_an_image_of_another_shape_is_refused() -> None:
    with pytest.raises(jacviz.InputError, match=r"shape \(1, 2, 2\), got \(3, 3\)"):
        described(preprocess=lambda _: np.zeros((3, 3))).frame(np.ones((9, 9)))


def test_a_model_of_colours_sees_ink_alike_in_all_of_them_but_reads_no_drawing() -> None:
    model = described(input_shape=(3, 4, 4))
    image = model.frame(np.eye(8)).image
    assert image.shape == (3, 4, 4)
    np.testing.assert_array_equal(image[0], image[2])
    with pytest.raises(jacviz.InputError, match=r"\(1, H, W\) to read a drawing, got \(3, 4, 4\)"):
        model.check_reads_ink()


@pytest.mark.parametrize(
    ("last", "outputs"),
    [
        (nn.Identity(), "logit"),
        (nn.LogSoftmax(1), "log-probability"),
        (nn.Softmax(1), "probability"),
    ],
)
def test_whatever_a_model_returns_its_sensitivity_is_the_same(
    last: nn.Module, outputs: Any
) -> None:
    base = network()
    model = Model(
        name="any",
        module=nn.Sequential(base, last),
        labels=LABELS,
        input_shape=(1, HEIGHT, WIDTH),
        outputs=outputs,
    )
    image = np.random.default_rng(1).random((HEIGHT, WIDTH)).astype(np.float32)
    expected = jacviz.sensitivity(base.eval(), image)
    graph = jacviz.compile_jacobian(model)
    for found in (
        jacviz.sensitivity(model, image),
        jacviz.sensitivity(graph, image, model.outputs),
    ):
        for space in ("probability", "log-probability"):
            np.testing.assert_allclose(
                found.jacobian(space), expected.jacobian(space), atol=1e-6, rtol=1e-4
            )


def test_weights_without_a_file_are_told_apart_by_their_numbers() -> None:
    digest = shapes().weights_sha256()
    assert digest == shapes().weights_sha256()
    other = shapes()
    with torch.no_grad():
        other.module[0].bias[0] += 1
    assert digest != other.weights_sha256()


def test_describing_a_model_does_not_wait_for_pytorch() -> None:
    seen = (
        "import sys, jacviz; jacviz.Model(name='x', module=list, labels=('a',), "
        "input_shape=(1, 2, 2)).frame([[0.0]]); jacviz.get_model('standard'); "
        "print('torch' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
