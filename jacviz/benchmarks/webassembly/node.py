"""Node.js: one process that runs WebAssembly with the page's own scripts, and one that frames."""

import base64
import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from math import prod
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

import numpy as np

from jacviz.compiler.backends.wasm.program import WebAssemblyProgram
from jacviz.errors import JacvizError
from jacviz.export import drawing_codec
from jacviz.preprocessing.frame import Frame
from jacviz.typing import Float32Array, Float64Array, UInt8Array

MIN_VERSION = (20, 19)
INSTALL_HINT = "get Node.js 20.19 or newer from https://nodejs.org"

_FOLDER = Path(__file__).parent
_RUN_WASM, _FRAME_DRAWINGS = _FOLDER / "run_wasm.mjs", _FOLDER / "frame_drawings.mjs"
_TIMEOUT_S = 300


@cache
def node_failure() -> str | None:
    """Say what is wrong with this machine's Node.js; None where nothing is."""
    if shutil.which("node") is None:
        return "expected Node.js, found none"
    try:
        version = tuple(int(number) for number in node_version().split(".")[:2])
    except ValueError:
        version = ()
    if version < MIN_VERSION:
        return f"expected Node.js 20.19 or newer, got {node_version()!r}"
    return None


def node_version() -> str:
    """Return what `node --version` says, as in "20.19.0"."""
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return done.stdout.strip().lstrip("v")


@cache
def has_relaxed_simd() -> bool:
    """Whether this machine's Node.js runs modules with relaxed SIMD."""
    if node_failure() is not None:
        return False
    done = subprocess.run(["node", _RUN_WASM, "--relaxed"], capture_output=True, check=False)
    return done.stdout.strip() == b"true"


def _check_node() -> None:
    if (failure := node_failure()) is not None:
        raise JacvizError(f"{failure}; {INSTALL_HINT}")


class NodeInstance:
    """A module in a Node.js process of its own, run as the page runs it; close it, or use `with`.

    Raises JacvizError where Node.js is missing or does not take the module.
    """

    def __init__(self, program: WebAssemblyProgram) -> None:
        _check_node()
        self._outputs = program.outputs
        self._process = subprocess.Popen(
            ["node", _RUN_WASM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._ask(
            module=_base64(program.module),
            constants=_base64(program.constants),
            layout=asdict(program.layout),
            inputs=prod(program.input_shape),
            outputs=program.outputs,
        )

    def __enter__(self) -> "NodeInstance":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def __call__(self, x: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Compute the outputs (M,) and the Jacobian (M, N) at a flat input (N,)."""
        found = self._ask(input=_base64(x.astype("<f4").tobytes()))
        numbers = np.frombuffer(bytearray(base64.b64decode(found["numbers"])), "<f4")
        outputs, jacobian = np.split(numbers, [self._outputs])
        return outputs, jacobian.reshape(self._outputs, -1)

    def time(self, calls: int) -> list[float]:
        """Measure the seconds of each of some calls at the last input, by the clock of Node.js.

        What a call returns is copied out of the module's memory, as on the page. One call before
        them does not count.
        """
        seconds: list[float] = self._ask(calls=calls)["seconds"]
        return seconds

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            _, log = self._process.communicate()
            raise JacvizError(f"Node.js does not run the module: {log[-2000:]}")
        reply: dict[str, Any] = json.loads(line)
        return reply


def node_frames(
    drawings: Sequence[UInt8Array],
    preprocess: Literal["mnist", "letterbox"],
    height: int,
    width: int,
) -> list[Frame]:
    """Preprocess drawings with the page's scripts, in Node.js.

    Drawings are ink (H, W), uint8; "mnist" always frames to 28 x 28. Raises JacvizError where
    Node.js is missing.
    """
    _check_node()
    request = {
        "preprocess": preprocess,
        "height": height,
        "width": width,
        "drawings": [_base64(drawing_codec.encode(ink)) for ink in drawings],
    }
    with tempfile.TemporaryDirectory() as folder:
        asked, images, places = (Path(folder, name) for name in ("asked", "images", "places"))
        asked.write_text(json.dumps(request))
        done = subprocess.run(
            ["node", _FRAME_DRAWINGS, asked, images, places],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        if done.returncode:
            raise JacvizError(f"Node.js does not frame drawings: {done.stderr[-2000:]}")
        numbers: Float64Array = np.fromfile(places, "<f8").reshape(-1, 4)
        pixels: Float32Array = np.fromfile(images, "<f4").reshape(len(drawings), height, width)
    return [
        Frame(image, top=place[0], left=place[1], scale=place[2], empty=bool(place[3]))
        for image, place in zip(pixels, numbers, strict=True)
    ]


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
