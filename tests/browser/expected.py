"""What the page should show: the library's answer to what is on the canvas."""

import time

import numpy as np

import jacviz
from jacviz.models.lenet5 import LeNet5

from browser.visitor import Visitor


def canvas(visitor: Visitor) -> np.ndarray:
    """The ink on the canvas, read by a script that the live loop has no part in."""
    rgba = visitor.page.evaluate(
        """() => {
          const host = [...document.querySelectorAll(".st-key-canvas *")]
            .find(e => e.shadowRoot?.querySelector("canvas.upper-canvas"));
          const canvas = host.shadowRoot.querySelector(".canvas-container canvas.lower-canvas");
          const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          return Array.from(image.data.filter((_, i) => i % 4 === 3));
        }"""
    )
    side = round(len(rgba) ** 0.5)
    return np.array(rgba, np.uint8).reshape(side, side)


def expected(visitor: Visitor, lenet5: LeNet5) -> tuple[str, float, float]:
    """What the library says of the ink on the canvas."""
    framed = jacviz.frame(canvas(visitor))
    if framed.empty:
        return "", 0.0, 0.0
    sensed = jacviz.sensitivity(lenet5, framed.image)
    return str(sensed.top), float(sensed.probabilities[sensed.top]), float(framed.image.sum())


def is_current(visitor: Visitor, lenet5: LeNet5) -> bool:
    """Whether the page shows the canvas's own answer; reducing the ink moves it a little."""
    shown = visitor.settled()
    top, probability, ink = expected(visitor, lenet5)
    return (
        shown.top == top
        and abs(float(shown.probability or 0) - probability) < 0.02
        and abs(float(shown.ink) - ink) < 1.5
    )


def becomes_current(visitor: Visitor, lenet5: LeNet5, seconds: float = 30) -> bool:
    """Whether the page shows the canvas's own answer within some time, and keeps to it."""
    deadline = time.monotonic() + seconds
    while not is_current(visitor, lenet5):
        if time.monotonic() > deadline:
            return False
    return is_current(visitor, lenet5)
