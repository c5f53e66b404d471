"""A whole training run: from MNIST to weights and model card."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from jacviz.errors import InputError
from jacviz.models.lenet5 import LeNet5
from jacviz.models.shipped import WEIGHTS
from jacviz.preprocessing.mnist import frame_stack
from jacviz.training.calibration import calibrate
from jacviz.training.data import Digits, mnist
from jacviz.training.digit_styles import draw_styled_digits
from jacviz.training.evaluation import Evaluation, evaluate
from jacviz.training.fit import Progress, fit
from jacviz.training.model_card import card_text
from jacviz.training.recipes import Recipe


@dataclass(frozen=True)
class Trained:
    """A finished run: where it wrote, and how the network does on MNIST's test digits."""

    weights: Path
    card: Path
    temperature: float
    uncalibrated: Evaluation
    test: Evaluation
    framed_again: Evaluation
    """On the test digits enlarged ten times and framed as drawings are."""


def train(
    data: Path | None,
    out: Path,
    recipe: Recipe | None = None,
    *,
    download: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train, calibrate and evaluate a LeNet-5; write its weights and model card into `out`.

    `data` is a folder as `torchvision.datasets.MNIST` reads; with `download`, what it lacks is
    fetched into it, and without a folder into a temporary one. `limit` trains on that many
    digits only, for quick tries. Raises InputError for unusable data or numbers.
    """
    recipe = recipe or Recipe()
    _check(recipe, limit)
    if data is None and not download:
        raise InputError("expected a folder with MNIST or download=True, got neither")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) if data is None else data
        every = mnist(folder, train=True, download=download)
        test = mnist(folder, train=False, download=download)
    chosen, held_out = every[: -recipe.held_out][:limit], every[-recipe.held_out :]

    model = fit(_with_styles(chosen, recipe), recipe, progress or (lambda *_: None))
    uncalibrated = evaluate(model, test.ink, test.labels)
    temperature = calibrate(model, held_out.ink, held_out.labels, recipe.most_saturated)
    weights = out / WEIGHTS[recipe.network].name
    trained = Trained(
        weights=weights,
        card=weights.with_suffix(".md"),
        temperature=temperature,
        uncalibrated=uncalibrated,
        test=evaluate(model, test.ink, test.labels),
        framed_again=evaluate(model, framed_again(test), test.labels),
    )
    out.mkdir(parents=True, exist_ok=True)
    _save(model, trained.weights, recipe)
    trained.card.write_text(card_text(recipe, len(chosen), limit, trained), encoding="utf-8")
    return trained


def framed_again(digits: Digits) -> Tensor:
    """Enlarge the digits ten times and frame them, as ink (N, 1, 28, 28)."""
    parts = []
    for some in torch.split(digits.ink[:, 0], 100):
        large = some.repeat_interleave(10, 1).repeat_interleave(10, 2)
        parts.append(torch.from_numpy(frame_stack(large.numpy())[0]))
    return torch.cat(parts)[:, None]


def _with_styles(digits: Digits, recipe: Recipe) -> Digits:
    images, labels = draw_styled_digits(round(recipe.styled * len(digits)), recipe.seed)
    return Digits(torch.cat([digits.images, images]), torch.cat([digits.labels, labels]))


def _check(recipe: Recipe, limit: int | None) -> None:
    if recipe.epochs < 1:
        raise InputError(f"expected at least 1 epoch, got {recipe.epochs}")
    if not 0 <= recipe.seed < 2**31:
        raise InputError(f"expected a seed from 0 to 2147483647, got {recipe.seed}")
    if limit is not None and limit < 100:
        raise InputError(f"expected a limit of at least 100 digits, got {limit}")


def _save(model: LeNet5, path: Path, recipe: Recipe) -> None:
    # Rename a complete file into place, so that an interrupted run leaves no partial weights.
    unfinished = path.with_suffix(".unfinished")
    metadata = {"recipe": str(recipe.version), "seed": str(recipe.seed)}
    metadata["epochs"] = str(recipe.epochs)
    if recipe.radius:
        metadata["radius"] = str(recipe.radius)
    save_file(model.state_dict(), unfinished, metadata)
    unfinished.chmod(0o644)
    unfinished.replace(path)
