"""TensorFlow.js, which the bench fetches from npm when it is first needed."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from jacviz.errors import JacvizError
from jacviz.models.lenet5 import load_lenet5
from jacviz.typing import Float32Array

VERSION = "4.22.0"
_PACKAGES = (f"@tensorflow/tfjs@{VERSION}", f"@tensorflow/tfjs-backend-wasm@{VERSION}")
_TIMEOUT_S = 600

CORE = "node_modules/@tensorflow/tfjs/dist/tf.min.js"
WASM_BACKEND = "node_modules/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js"


def install() -> Path:
    """Return the folder that holds CORE and WASM_BACKEND, after `npm install` where they are not.

    Raises JacvizError where npm or its registry is missing.
    """
    folder = cache_folder() / f"tfjs-{VERSION}"
    if (folder / WASM_BACKEND).is_file():
        return folder
    if shutil.which("npm") is None:
        raise JacvizError(
            "no row for TensorFlow.js: expected npm, found none; it comes with Node.js, from "
            "https://nodejs.org"
        )
    folder.mkdir(parents=True, exist_ok=True)
    # Without a package.json here npm would look for one in the folders above.
    (folder / "package.json").write_text('{"private": true}\n')
    quiet = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
    try:
        done = subprocess.run(
            ["npm", "install", *quiet, *_PACKAGES],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise JacvizError("no row for TensorFlow.js: npm does not get it in 10 minutes") from None
    if done.returncode:
        raise JacvizError(f"no row for TensorFlow.js: npm does not get it: {done.stderr[-500:]}")
    return folder


def cache_folder() -> Path:
    """Return where the bench keeps what it fetches: a folder of the person's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jacviz" / "bench"


def lenet5_weights() -> dict[str, Any]:
    """Return the shipped LeNet-5 for TensorFlow.js, as JSON: height, width, channel order.

    Convolutions are (height, width, in, out), affine matrices (in, out).
    """
    model = load_lenet5()
    convolutions = [layer for layer in model.features if isinstance(layer, nn.Conv2d)]
    affine = [layer for layer in model.classifier if isinstance(layer, nn.Linear)]
    matrices = [layer.weight.numpy() for layer in affine]
    # From channel, height, width.
    matrices[0] = matrices[0].reshape(-1, 16, 5, 5).transpose(0, 2, 3, 1).reshape(-1, 400)
    return {
        "mean": float(model.mean),
        "deviation": float(model.deviation),
        "convolutions": [
            [_tensor(layer.weight.numpy().transpose(2, 3, 1, 0)), _bias(layer)]
            for layer in convolutions
        ],
        "affine": [
            [_tensor(matrix.T), _bias(layer)]
            for matrix, layer in zip(matrices, affine, strict=True)
        ],
    }


def _bias(layer: nn.Conv2d | nn.Linear) -> dict[str, Any]:
    assert layer.bias is not None
    return _tensor(layer.bias.numpy())


def _tensor(values: Float32Array) -> dict[str, Any]:
    return {"shape": list(values.shape), "values": np.ravel(values).tolist()}
