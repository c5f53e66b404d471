"""The contract of a compiled graph, whatever runs it."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from jacviz.compiler import compile_jacobian
from jacviz.compiler.backends.numpy.backend import NumpyBackend
from jacviz.errors import InputError
from jacviz.models.lenet5 import LeNet5

from zoo import ZOO, ModuleCase


def named(name: str) -> ModuleCase:
    return next(case for case in ZOO if case.name == name)


@pytest.fixture(scope="module")
def compiled():
    torch.manual_seed(0)
    return compile_jacobian(LeNet5().eval(), torch.zeros(1, 28, 28))


def test_a_bare_frame_gives_a_jacobian_of_its_own_shape(compiled) -> None:
    frame = np.random.default_rng(0).random((28, 28), np.float32)
    logits, jacobian = compiled(frame)
    assert (logits.shape, jacobian.shape) == ((10,), (10, 28, 28))
    with_channel = compiled(torch.from_numpy(frame)[None])
    assert with_channel[1].shape == (10, 1, 28, 28)
    np.testing.assert_array_equal(with_channel[1][:, 0], jacobian)


def test_a_bare_frame_will_do_as_the_example() -> None:
    assert compile_jacobian(LeNet5(), np.zeros((28, 28))).input_shape == (1, 28, 28)


@pytest.mark.parametrize("case", ZOO, ids=lambda s: s.name)
def test_results_belong_to_the_caller(case: ModuleCase) -> None:
    model = case.model()
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(2, *case.shape))
    compiled = compile_jacobian(model, first)
    outputs, jacobian = compiled(first)
    kept = outputs.copy(), jacobian.copy()
    compiled(second)
    np.testing.assert_array_equal(outputs, kept[0])
    np.testing.assert_array_equal(jacobian, kept[1])
    outputs += 1
    jacobian += 1
    again = compiled(first)
    np.testing.assert_array_equal(again[0], kept[0])
    np.testing.assert_array_equal(again[1], kept[1])


@pytest.mark.parametrize("name", ["LeNet-5", "overlapping and padded max-pooling", "Softplus"])
def test_sixteen_threads_share_one_graph(name: str) -> None:
    case = named(name)
    compiled = compile_jacobian(case.model(), np.zeros(case.shape))
    inputs = np.random.default_rng(2).normal(size=(160, *case.shape))
    alone = [compiled(x) for x in inputs]
    with ThreadPoolExecutor(16) as pool:
        together = list(pool.map(compiled, inputs))
    for (z, jacobian), (z_alone, jacobian_alone) in zip(together, alone, strict=True):
        np.testing.assert_array_equal(z, z_alone)
        np.testing.assert_array_equal(jacobian, jacobian_alone)


@pytest.mark.parametrize("case", ZOO, ids=lambda s: s.name)
def test_the_module_is_left_as_it_was(case: ModuleCase) -> None:
    model = case.model()
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)
    state = copy.deepcopy(model.state_dict())
    compile_jacobian(model, np.zeros(case.shape))(np.ones(case.shape))
    assert not model.training
    for name, value in model.state_dict().items():
        assert torch.equal(value, state[name])
    for parameter in model.parameters():
        assert parameter.requires_grad
        assert torch.equal(parameter.grad, torch.ones_like(parameter))


@pytest.mark.parametrize("name", ["LeNet-5", "Softplus", "a path that depends on the input"])
def test_later_changes_of_the_weights_have_no_effect(name: str) -> None:
    case = named(name)
    model = case.model()
    x = np.full(case.shape, 0.5)
    compiled = compile_jacobian(model, x)
    before = compiled(x)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    after = compiled(x)
    np.testing.assert_array_equal(before[0], after[0])
    np.testing.assert_array_equal(before[1], after[1])


@pytest.mark.parametrize("case", ZOO, ids=lambda s: s.name)
def test_supported_layers_have_a_plan_and_others_fall_back(case: ModuleCase) -> None:
    compiled = compile_jacobian(case.model(), np.zeros(case.shape))
    expected = case.has_plan
    assert (compiled.plan is not None) == expected
    assert (compiled.fallback is None) == expected


def test_forward_hooks_are_part_of_what_is_differentiated() -> None:
    model = nn.Sequential(nn.Linear(4, 3))
    model[0].register_forward_hook(lambda module, inputs, output: 2 * output)
    compiled = compile_jacobian(model, torch.zeros(4))
    np.testing.assert_allclose(
        compiled(np.ones(4))[1], 2 * model[0].weight.detach().numpy(), rtol=1e-6
    )


def test_printing_shows_the_plan(compiled) -> None:
    text = str(compiled)
    assert "conv 6x6 stride 2 padding 2" in text
    assert "1x28x28" in text
    assert "42,336" in text
    assert compiled.backend in text


def test_printing_a_fallback_names_the_layer_that_caused_it() -> None:
    case = named("Softplus")
    assert "2 (Softplus)" in str(compile_jacobian(case.model(), np.zeros(case.shape)))


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (np.zeros((28, 27)), r"\(1, 28, 28\) or \(28, 28\)"),
        (np.zeros((1, 1, 28, 28)), "without batch axis"),
        (np.zeros((28, 28), np.uint8), "uint8"),
        (torch.zeros(28, 28, dtype=torch.int64), "int64"),
        (np.zeros((28, 28), complex), "complex"),
        (np.full((28, 28), np.nan), "finite"),
        (np.full((28, 28), np.inf), "finite"),
        (np.full((28, 28), 1e300), "finite"),
        ("a digit", "floating point"),
        (None, "floating point"),
        ([[0.0], [0.0, 1.0]], "floating point"),
    ],
)
def test_bad_input_is_refused_and_the_error_says_what_is_accepted(compiled, bad, said) -> None:
    with pytest.raises(InputError, match=said):
        compiled(bad)


@pytest.mark.parametrize("layer", [nn.Dropout(), nn.BatchNorm1d(4), nn.AlphaDropout()])
def test_training_mode_is_refused(layer: nn.Module) -> None:
    model = nn.Sequential(nn.Linear(4, 4), layer)
    with pytest.raises(InputError, match=r"'1'.*model\.eval\(\)"):
        compile_jacobian(model, torch.zeros(4))
    compile_jacobian(model.eval(), torch.zeros(4))


def test_a_module_whose_answers_vary_is_refused() -> None:
    class Noisy(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + torch.randn_like(x)

    with pytest.raises(InputError, match="different outputs for the same input"):
        compile_jacobian(Noisy(), torch.zeros(4))


def test_an_example_that_the_module_does_not_take_is_refused() -> None:
    with pytest.raises(InputError, match="does not take"):
        compile_jacobian(nn.Linear(4, 2), torch.zeros(5))


def test_what_is_not_a_module_is_refused() -> None:
    with pytest.raises(InputError, match=r"torch\.nn\.Module"):
        compile_jacobian(lambda x: x, torch.zeros(5))


def test_a_module_must_return_one_tensor() -> None:
    class Two(nn.Module):
        def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return x, x

    with pytest.raises(InputError, match="one tensor"):
        compile_jacobian(Two(), torch.zeros(4))


@pytest.mark.parametrize("scratch", [1 << 13, 1 << 15, 1 << 16])
def test_with_little_scratch_rows_go_through_in_groups(scratch: int) -> None:
    case = named("LeNet-5")
    x = np.random.default_rng(0).random(784, np.float32)
    plan = compile_jacobian(case.model(), x.reshape(case.shape)).plan
    whole, grouped = NumpyBackend(plan)(x), NumpyBackend(plan, scratch=scratch)(x)
    np.testing.assert_allclose(grouped[1], whole[1], rtol=1e-4, atol=1e-6)


def test_without_a_trace_the_fallback_gives_the_same() -> None:
    from jacviz.compiler.compiled import compile_module

    case = named("Softplus")
    x = np.random.default_rng(0).random(case.shape)
    traced = compile_jacobian(case.model(), x)
    direct = compile_module(case.model(), x, log_outputs=False, trace=False)
    assert (traced.backend, direct.backend) == ("torch, traced", "torch.func.jacrev")
    np.testing.assert_allclose(traced(x)[1], direct(x)[1], rtol=1e-4, atol=1e-6)


def test_a_single_layer_is_a_model_too() -> None:
    assert compile_jacobian(nn.Linear(4, 2), torch.zeros(4)).plan is not None


@pytest.mark.filterwarnings("ignore:.*weight_norm.*deprecated")
def test_weights_that_hooks_compute_are_copied_and_used() -> None:
    layer = nn.utils.weight_norm(nn.Linear(4, 3))
    with torch.no_grad():
        layer.weight_g *= 2
        layer(torch.zeros(4))
    compiled = compile_jacobian(layer, torch.zeros(4))
    np.testing.assert_allclose(compiled(np.ones(4))[1], layer.weight.detach().numpy(), rtol=1e-6)


def test_statements_that_change_a_value_in_place_are_not_overlooked() -> None:
    class InPlace(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y = 2 * x
            y.relu_()
            return y

    compiled = compile_jacobian(InPlace(), torch.zeros(2))
    np.testing.assert_array_equal(compiled(np.array([1.0, -1.0]))[1], [[2, 0], [0, 0]])
