"""The training loop."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, conv2d, pad
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.data import DataLoader

from jacviz.models.lenet5 import LeNet5
from jacviz.training.adversarial import adversarial_ink
from jacviz.training.data import AugmentedBlocks, Digits
from jacviz.training.recipes import Recipe

Progress = Callable[[float, float, float], None]
"""Called after every block with epochs done, and the block's loss and share of digits right."""


def fit(digits: Digits, recipe: Recipe, progress: Progress) -> LeNet5:
    """Train a LeNet-5 on augmented digits; the weights are a running average of the last steps'.

    The same digits, recipe and machine give the same weights, bit for bit. One thread trains
    while a second process augments.
    """
    blocks = AugmentedBlocks(digits, recipe.epochs, recipe.seed)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(recipe.seed)
            return _fit(blocks, recipe, progress)
    finally:
        torch.set_num_threads(threads)


def _fit(blocks: AugmentedBlocks, recipe: Recipe, progress: Progress) -> LeNet5:
    model = LeNet5()
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging))  # type: ignore[no-untyped-call]
    optimizer = AdamW(
        model.parameters(), recipe.peak_rate, weight_decay=recipe.weight_decay, fused=True
    )
    steps = len(blocks) * -(-blocks.block // recipe.batch)
    schedule = OneCycleLR(optimizer, recipe.peak_rate, total_steps=steps)
    criterion = nn.CrossEntropyLoss(label_smoothing=recipe.label_smoothing)
    frozen = partial(folded_forward, _frozen_copy(model))
    for number, (ink, labels) in enumerate(DataLoader(blocks, None, num_workers=1), start=1):
        total = right = 0.0
        for seen, answers in zip(
            torch.split(ink, recipe.batch), torch.split(labels, recipe.batch), strict=True
        ):
            some = seen
            if recipe.radius:
                some = adversarial_ink(frozen, seen, answers, recipe.radius, recipe.climbs)
            logits = folded_forward(model, some)
            loss = criterion(logits, answers)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            averaged.update_parameters(model)
            total += loss.item() * len(answers)
            right += float((logits.argmax(1) == answers).sum())
        progress(number / blocks.per_epoch, total / len(labels), right / len(labels))
    trained = LeNet5()
    trained.load_state_dict(averaged.module.state_dict())
    return trained.requires_grad_(False).eval()


def _frozen_copy(model: LeNet5) -> LeNet5:
    """Make a second model that shares the parameters' memory but computes no gradients."""
    copy = LeNet5()
    for ours, theirs in zip(copy.parameters(), model.parameters(), strict=True):
        ours.data = theirs.data
    return copy.requires_grad_(False)


def folded_forward(model: LeNet5, ink: Tensor) -> Tensor:
    """Compute `model(ink)` with each convolution and pooling fused: under half the operations."""
    maps = (ink - model.mean) / model.deviation
    for layer in model.features:
        if isinstance(layer, nn.Conv2d):
            kernel = avg_pool2d(pad(layer.weight, (1, 1, 1, 1)), 2, stride=1)
            maps = conv2d(maps, kernel, layer.bias, stride=2, padding=layer.padding).tanh()
    logits: Tensor = model.classifier(maps.flatten(1))
    return logits
