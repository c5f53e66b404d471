"""Augmentation: training digits as other people would draw them.

Every step takes a chunk of digits, (N, 1, H, W) ink in [0, 1], and draws one set of parameters
for the chunk, as torchvision's transforms do; `jacviz.training.data` distributes each chunk's
digits over many batches. All randomness comes from PyTorch's generator, which training seeds.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import interpolate, pad
from torchvision.transforms import v2

from jacviz.preprocessing.mnist import SIDE, frame_stack

Step = Callable[[Tensor], Tensor]

# Drawings are bent and reweighted on a canvas twice the frame's size and averaged down by the
# framing, as a real drawing is.
CANVAS = 2 * SIDE

DRAWN, SCANNED = 0.35, 0.65
"""Shares of the chunks that are redrawn and framed, and that are lightly changed."""


def augmentation() -> Step:
    """Make the whole augmentation: chunks (N, 1, 28, 28) of MNIST to as many other digits."""
    step: Step = v2.RandomChoice([drawn(), scanned()], p=[DRAWN, SCANNED])
    return step


def drawn() -> Step:
    """Make the transform to a digit as somebody else draws it and the application frames it."""
    step: Step = v2.Compose(
        [
            v2.RandomApply([v2.ElasticTransform(alpha=24.0, sigma=3.5)], p=0.6),
            partial(redraw, stretch=0.35),
            v2.RandomAffine(
                degrees=12,
                scale=(0.85, 0.95),
                shear=(-20, 20, -5, 5),
                interpolation=v2.InterpolationMode.BILINEAR,
            ),
            v2.RandomApply([partial(stroke_weight, thinner=2, thicker=7)], p=0.6),
            v2.RandomApply([gap], p=0.1),
            v2.RandomChoice(
                [v2.Identity(), flat_ink, partial(low_resolution, lowest=6, highest=13)],
                p=[0.3, 0.3, 0.4],
            ),
            framed,
            v2.RandomApply([partial(paler, palest=0.4)], p=0.1),
            v2.RandomApply([partial(off_centre, reach=1)], p=0.2),
        ]
    )
    return step


def scanned() -> Step:
    """Make the transform to a digit of another page of MNIST: rotated, shifted, bent a little."""
    step: Step = v2.Compose(
        [
            v2.RandomAffine(
                degrees=8,
                translate=(0.04, 0.04),
                scale=(0.9, 1.1),
                shear=(-8, 8, -4, 4),
                interpolation=v2.InterpolationMode.BILINEAR,
            ),
            v2.RandomApply([v2.ElasticTransform(alpha=24.0, sigma=3.5)], p=0.6),
        ]
    )
    return step


def redraw(ink: Tensor, stretch: float) -> Tensor:
    """Enlarge to the canvas, height and width each shortened by up to the share `stretch`."""
    height, width = (round(CANVAS * _uniform(1 - stretch, 1)) for _ in range(2))
    large = interpolate(ink, (height, width), mode="bicubic", align_corners=False).clamp(0, 1)
    down, across = CANVAS - height, CANVAS - width
    return pad(large, (across // 2, across - across // 2, down // 2, down - down // 2))


def stroke_weight(ink: Tensor, thinner: int, thicker: int) -> Tensor:
    """Change the pen: make strokes up to `thinner` pixels narrower or `thicker` pixels wider."""
    steps = _whole(-thinner, thicker)
    if steps >= 0:
        return _dilated(ink, steps)
    thin = 1 - _dilated(1 - ink, -steps)
    # Digits whose strokes are too thin for that would vanish, and stay as they are.
    kept = thin.sum((1, 2, 3), keepdim=True) > 0.3 * ink.sum((1, 2, 3), keepdim=True)
    return torch.where(kept, thin, ink)


def gap(ink: Tensor) -> Tensor:
    """Break strokes: draw a narrow line of background across the digits."""
    height, width = ink.shape[2:]
    y = torch.arange(height)[:, None] - height * _uniform(0.3, 0.7)
    x = torch.arange(width) - width * _uniform(0.3, 0.7)
    angle = torch.tensor(_uniform(0, torch.pi))
    return ink * ((y * angle.cos() + x * angle.sin()).abs() > _uniform(0.5, 2.5))


def flat_ink(ink: Tensor) -> Tensor:
    """Increase the contrast to hard edges, as a mouse draws."""
    return ((ink - _uniform(0.3, 0.6)) * _uniform(5, 20) + 0.5).clamp(0, 1)


def low_resolution(ink: Tensor, lowest: int, highest: int) -> Tensor:
    """Reduce the digits' bounding box to `lowest` to `highest` pixels and enlarge it again."""
    inked = ink.amax((0, 1)) > 0.1
    rows, columns = inked.any(1).nonzero(), inked.any(0).nonzero()
    if not len(rows):
        return ink
    tight = ink[:, :, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = _whole(lowest, highest)
    shrink = longest / max(tight.shape[2:])
    coarse_size = tuple(max(2, round(n * shrink)) for n in tight.shape[2:])
    coarse = pad(interpolate(tight, coarse_size, mode="area"), (1, 1, 1, 1))
    size = tuple(CANVAS * n // (longest + 2) for n in coarse.shape[2:])
    kind = _whole(0, 2)
    if kind == 0:
        return interpolate(coarse, size, mode="nearest-exact")
    mode = ("bilinear", "bicubic")[kind - 1]
    return interpolate(coarse, size, mode=mode, align_corners=False).clamp(0, 1)


def framed(ink: Tensor) -> Tensor:
    """Frame the ink as the application frames a drawing."""
    return torch.from_numpy(frame_stack(ink[:, 0].numpy())[0])[:, None]


def paler(ink: Tensor, palest: float) -> Tensor:
    """Scale the ink down, as averaging does to a thin line."""
    return ink * _uniform(palest, 1)


def off_centre(ink: Tensor, reach: int) -> Tensor:
    """Shift by up to `reach` whole pixels in each direction."""
    moved = (_whole(-reach, reach), _whole(-reach, reach))
    height, width = ink.shape[2:]
    padded = pad(ink, (reach, reach, reach, reach))
    down, across = (reach - step for step in moved)
    return padded[:, :, down : down + height, across : across + width]


def _dilated(ink: Tensor, steps: int) -> Tensor:
    """Dilate ink by a pixel in height and width per step, towards alternate corners."""
    for step in range(steps):
        larger = pad(ink, (1, 0, 1, 0) if step % 2 else (0, 1, 0, 1))
        wider = torch.maximum(larger[..., 1:], larger[..., :-1])
        ink = torch.maximum(wider[..., 1:, :], wider[..., :-1, :])
    return ink


def _uniform(low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand(()))


def _whole(low: int, high: int) -> int:
    """Draw a whole number from low to high, both included."""
    return int(torch.randint(low, high + 1, ()))
