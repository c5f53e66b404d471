"""The check passes what is right, finds what is wrong and where, and knows a kink."""

from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from torch import nn

import jacviz
from jacviz.cli.check import command
from jacviz.gradcheck.finite_differences import FiniteDifferences
from jacviz.models.lenet5 import LeNet5

from zoo import ZOO


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


SMOOTH = [s for s in ZOO if s.name in {"GELU", "a residual connection", "affine maps in a row"}]


@pytest.mark.slow
def test_the_shipped_network_is_right_at_every_pixel_of_twenty_digits(
    lenet5: LeNet5, digits: NDArray[np.float32]
) -> None:
    for digit in digits[:: len(digits) // 20][:20]:
        report = jacviz.check(lenet5, digit[None])
        assert report.passed, report
        assert report.pixels.checked == 784
        assert not report.kinks
        assert report.worst < 1e-5
        assert report.directions.kinks == 0


def test_max_pooling_on_a_digit_has_kinks_and_no_failures(digits: NDArray[np.float32]) -> None:
    model = next(s for s in ZOO if s.name == "ReLU and max-pool LeNet-5").model()
    report = jacviz.check(model, digits[0][None])
    assert report.passed, report
    assert len(report.kinks) > 100
    assert "on a kink" in str(report)


@pytest.mark.parametrize("case", SMOOTH, ids=lambda s: s.name)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_smooth_modules_are_right_by_every_torch_method(case, dtype) -> None:
    x = torch.randn(case.shape, generator=torch.Generator().manual_seed(2)).to(dtype)
    for method in ("loop", "functional", "func", "batched"):
        report = jacviz.check(case.model().to(dtype), x, method=method)
        assert report.passed, report
        assert not report.kinks


@given(st.integers(0, 3), st.integers(0, 8), st.floats(1e-2, 10) | st.floats(-10, -1e-2))
def test_one_wrong_derivative_is_found_and_named(output: int, pixel: int, error: float) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(9, 6), nn.Tanh(), nn.Linear(6, 4))
    x = torch.zeros(9)
    wrong = jacviz.jacobian(model, x, method="func")
    wrong[output, pixel] += error
    report = jacviz.check(model, x, jacobian=wrong)
    assert not report.passed
    assert report.where == (output, pixel)
    assert report.pixels.failures == ((pixel,),)
    assert report.directions.failures > 0
    assert "WRONG" in str(report)


def test_random_directions_alone_find_a_wrong_row() -> None:
    model = nn.Linear(5000, 2)
    wrong = model.weight.detach().clone()
    wrong[1] *= 1.01
    report = jacviz.check(model, torch.zeros(5000), jacobian=wrong, pixels=0)
    assert not report.passed
    assert report.where is None


def test_a_large_input_is_checked_at_some_pixels_unless_told_otherwise() -> None:
    model, x = nn.Linear(5000, 2), torch.zeros(5000)
    assert jacviz.check(model, x).pixels.checked == 256
    assert jacviz.check(model, x, pixels=[7, (9,)]).pixels.checked == 2
    assert jacviz.check(model, x, pixels=30, seed=1).pixels.checked == 30


def test_a_module_that_looks_at_its_whole_batch_is_probed_one_by_one() -> None:
    class Centred(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x * (1 + x.mean())

    report = jacviz.check(Centred(), torch.linspace(0, 1, 30), method="func")
    assert report.passed, report


def test_curvature_is_no_kink() -> None:
    class Steep(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.sin(300 * x) / 300

    report = jacviz.check(Steep(), torch.linspace(-1, 1, 40), method="func")
    assert report.passed, report
    assert not report.kinks
    wrong = torch.eye(40)
    assert not jacviz.check(Steep(), torch.linspace(-1, 1, 40), jacobian=wrong).passed


@given(st.floats(-3e-6, 3e-6))
def test_a_kink_is_one_when_it_lies_within_a_step(offset: float) -> None:
    """Single precision may see a rectifier from its other side when it is that near."""
    differences = FiniteDifferences(
        nn.ReLU(), torch.tensor([offset], dtype=torch.float64), 6e-6, 1e-4
    )
    assert differences.compare(np.ones((1, 1)), np.zeros((1, 1)))[0].kink


def test_probabilities_that_do_not_stay_probabilities_are_found() -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.Softmax(dim=1))
    x = torch.randn(6)
    jacobian = jacviz.jacobian(model, x, method="func")
    assert jacviz.check(model, x, jacobian=jacobian).sums < 1e-6
    assert jacviz.check(model, x, jacobian=jacobian + 0.1, pixels=0, directions=0).sums > 1e-4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"jacobian": np.zeros((2, 4))}, r"shape \(2, 3\), got \(2, 4\)"),
        ({"jacobian": np.zeros((3, 3))}, r"shape \(2, 3\), got \(3, 3\)"),
        ({"pixels": [3]}, r"inside an input of shape \(3,\), got \(3,\)"),
        ({"pixels": "some"}, "'all', a number or a list"),
        ({"pixels": -1}, "at least 0"),
        ({"method": "magic"}, "expected a method, one of"),
    ],
)
def test_what_cannot_be_checked_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(jacviz.InputError, match=message):
        jacviz.check(nn.Linear(3, 2), torch.zeros(3), **options)  # type: ignore[arg-type]


@pytest.fixture
def picture(tmp_path: Path, digits: NDArray[np.float32]) -> str:
    file = tmp_path / "digit.png"
    Image.fromarray(np.uint8(255 - 255 * digits[3])).resize((140, 140)).save(file)
    return str(file)


def test_the_command_ends_with_status_0_where_the_jacobian_is_right(picture: str) -> None:
    result = CliRunner().invoke(command, [picture, "--pixels", "50"])
    assert result.exit_code == 0, result.output
    assert "Jacobian by 'compiled': correct" in result.output
    assert "50 of 784 checked: none wrong" in result.output


@pytest.fixture
def pictures(tmp_path: Path, digits: NDArray[np.float32]) -> list[str]:
    """Twenty of the digits that ship with jacviz, two of each class."""
    files = [tmp_path / f"{number}.png" for number in range(20)]
    for file, digit in zip(files, digits[:: len(digits) // 20], strict=True):
        Image.fromarray(np.uint8(255 - 255 * digit)).resize((84, 84)).save(file)
    return list(map(str, files))


def test_the_command_passes_the_shipped_network_at_twenty_digits(pictures: list[str]) -> None:
    result = CliRunner().invoke(command, pictures)
    assert result.exit_code == 0, result.output
    assert all(picture in result.output for picture in pictures)
    assert result.output.count("784 of 784 checked: none wrong\n") == 20
    assert "kink" not in result.output


KINKED = """
import torch
from torch import nn

def build():
    torch.manual_seed(0)
    layers = nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(864, 10)
    return nn.Sequential(*layers), torch.zeros(1, 28, 28)
"""


def test_the_command_reports_kinks_of_a_network_of_ones_own_and_does_not_fail(
    pictures: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kinked_network.py").write_text(KINKED)
    monkeypatch.syspath_prepend(tmp_path)
    result = CliRunner().invoke(command, [pictures[0], "--network", "kinked_network:build"])
    assert result.exit_code == 0, result.output
    assert "784 of 784 checked: none wrong" in result.output
    assert "on a kink (left and right derivatives differ)" in result.output
    both = ["--network", "kinked_network:build", "--weights", "mine.safetensors"]
    refused = CliRunner().invoke(command, [pictures[0], *both]).exception
    assert isinstance(refused, jacviz.InputError)


def test_the_command_ends_with_status_1_where_it_is_wrong(picture: str, monkeypatch) -> None:
    from jacviz.autodiff import loop, registry

    def doubled(model: nn.Module, x: torch.Tensor) -> registry.Run:
        return lambda x: 2 * loop.jacobian(model, x)

    monkeypatch.setattr(loop, "prepare", doubled)
    result = CliRunner().invoke(command, [picture, "--pixels", "50", "--method", "loop"])
    assert result.exit_code == 1, result.output
    assert "Jacobian by 'loop': WRONG" in result.output


def test_a_blank_picture_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "blank.png"
    Image.new("L", (50, 50), 255).save(file)
    result = CliRunner().invoke(command, [str(file)])
    assert isinstance(result.exception, jacviz.InputError)
    assert "got one without ink" in str(result.exception)


SINGLE = nn.Linear(4, 1)
SEVERAL = nn.Sequential(nn.Linear(4, 3), nn.Tanh())
AT = torch.linspace(-1, 1, 4)


def _wrong(model: nn.Module, value: float, where: tuple[int, ...] | None) -> torch.Tensor:
    """The right Jacobian with one number in it replaced, or all."""
    jacobian = jacviz.jacobian(model, AT, method="func").clone()
    jacobian[... if where is None else where] = value
    return jacobian


@pytest.mark.parametrize("model", [SINGLE, SEVERAL], ids=["one output", "several"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("where", [None, (0, 2)])
def test_derivatives_that_are_not_finite_are_wrong_and_counted_and_placed(
    model: nn.Module, value: float, where: tuple[int, ...] | None
) -> None:
    wrong = _wrong(model, value, where)
    report = jacviz.check(model, AT, jacobian=wrong)
    assert not report.passed
    count = wrong.numel() if where is None else 1
    assert report.not_finite.count == count
    assert report.not_finite.first == (
        tuple(np.ndindex(*wrong.shape))[:10] if count > 1 else (where,)
    )
    assert report.worst == float("inf")
    assert report.pixels.failures == (tuple((n,) for n in range(4)) if where is None else ((2,),))
    assert report.directions.failures > 0
    assert not report.kinks
    assert f"{count} derivatives are NaN or infinite, first output 0 at pixel" in str(report)


def test_a_large_jacobian_is_not_right_because_one_number_in_it_is_nan() -> None:
    wrong = torch.full((1, 4), 1e6)
    wrong[0, 1] = float("nan")
    report = jacviz.check(SINGLE, AT, jacobian=wrong)
    assert not report.passed
    assert report.not_finite.first == ((0, 1),)
    assert report.pixels.failures == ((0,), (1,), (2,), (3,))


def test_what_is_not_finite_is_found_also_where_no_pixel_is_checked() -> None:
    report = jacviz.check(
        SINGLE, AT, jacobian=_wrong(SINGLE, np.nan, (0, 3)), pixels=0, directions=0
    )
    assert not report.passed
    assert report.not_finite.count == 1


def test_a_kink_hides_no_number_that_is_not_finite() -> None:
    report = jacviz.check(nn.ReLU(), torch.zeros(2), jacobian=[[np.nan, 0.0], [0.0, 0.0]])
    assert not report.passed
    assert report.pixels.failures == ((0,),)
    assert report.kinks == ((1,),)


class _Root(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.sqrt()


@pytest.mark.parametrize("at", [0.0, -1.0])
def test_where_the_module_itself_has_no_number_nothing_is_right(at: float) -> None:
    report = jacviz.check(_Root(), torch.full((1,), at), jacobian=[[1.0]])
    assert not report.passed
    assert not report.kinks


def test_zeros_are_no_jacobian_of_a_module_with_small_derivatives() -> None:
    model = nn.Linear(3, 2)
    model.weight.data.mul_(1e-6)
    assert jacviz.check(model, torch.zeros(3)).passed
    assert not jacviz.check(model, torch.zeros(3), jacobian=torch.zeros(2, 3)).passed
    model.weight.data.zero_()
    assert jacviz.check(model, torch.ones(3), jacobian=torch.zeros(2, 3)).passed


@pytest.mark.parametrize("largest", [1e-45, 1e45])
def test_the_sums_do_not_depend_on_the_unit(largest: float) -> None:
    model = nn.Linear(3, 4).double()
    model.weight.data *= largest
    model.bias.data.zero_()
    assert jacviz.check(model, torch.zeros(3, dtype=torch.float64), method="func").passed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        *(
            ({"step": step}, "a step from 1e-09 to 0.01, got")
            for step in (np.nan, 0, -1e-6, 1, 1e-30)
        ),
        *(
            ({"tolerance": t}, "tolerance from 0 to below 1, got")
            for t in (np.nan, -1e-9, np.inf, 1)
        ),
        *(
            ({"directions": n}, "directions: expected a whole number")
            for n in (-1, 2.5, True, None)
        ),
        *(
            ({"pixels": n}, "pixels: expected a whole number of at least 0")
            for n in (-1, 2.5, True)
        ),
        ({"seed": -1}, "seed: expected a whole number"),
        ({"pixels": [0.5]}, "pixels as whole numbers, got 0.5"),
        ({"pixels": [[0, 1]]}, r"pixels inside an input.*got \(0, 1\)"),
        ({"jacobian": torch.zeros(2, 3, device="meta")}, "a Jacobian of floating point numbers"),
        ({"jacobian": torch.zeros(2, 3).to_sparse()}, "got a sparse_coo one"),
        ({"jacobian": np.zeros((2, 3), complex)}, "got complex128"),
        ({"jacobian": [["a"]]}, "got <U1"),
        ({"jacobian": [[1.0], [1.0, 2.0]]}, "a Jacobian of floating point numbers"),
    ],
)
def test_numbers_that_would_let_anything_pass_are_refused(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(jacviz.InputError, match=message):
        jacviz.check(nn.Linear(3, 2), torch.zeros(3), **options)  # type: ignore[arg-type]


def test_outputs_that_drown_their_derivatives_cannot_be_checked() -> None:
    model = nn.Linear(3, 2).double()
    model.bias.data.fill_(1e12)
    with pytest.raises(jacviz.InputError, match="rounding of the outputs alone"):
        jacviz.check(model, torch.zeros(3, dtype=torch.float64), method="func")


def test_a_jacobian_may_be_handed_in_as_anything_that_holds_its_numbers() -> None:
    model = nn.Linear(2, 2)
    model.weight.data = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    right = model.weight.detach()
    for jacobian in (
        right,
        right.long(),
        right.tolist(),
        right.numpy().astype(">f8"),
        np.flip(np.flip(right.numpy(), 0).copy(), 0),
        right.numpy().astype(np.longdouble),
        right.numpy().astype(int),
    ):
        assert jacviz.check(model, torch.zeros(2), jacobian=jacobian).passed
