"""Performance targets of the compiled graph, and whether they are reached."""

from typing import Any, TypeAlias

from jacviz.benchmarks.batches import COMPILED, VMAPPED

Report: TypeAlias = dict[str, Any]

# The row that targets are for: the compiled graph called with a NumPy array.
TARGET_ROW = "graph"

_NETWORKS = ("lenet5", "lenet5-relu", "toy")

# How many times faster than another row of the table, on each network.
_FASTER = {
    "loop": (250, 200, 120),
    "func": (65, 60, 60),
    "torch-compile": (40, 40, 14),
    "jax": (45, 45, 12),
    "onnxruntime": (4.5, 8, 3),
    "layers": (45, 40, 4),
}

_OVER_THE_FLOOR = (1.5, 2.5, 1.8)


def evaluate(report: Report) -> list[dict[str, Any]]:
    """Evaluate all targets of a shipped network; other networks have none."""
    if report["network"] not in _NETWORKS:
        return []
    index = _NETWORKS.index(report["network"])
    rows = {row["method"]: row for row in report["rows"]}
    medians = {name: row["median_us"] for name, row in rows.items()}
    ours, floor = medians.get(TARGET_ROW), report["floor_us"]
    rates = {method: row["images_per_second"] for method, row in report["batches"].items()}
    targets = [
        at_least(
            required[index],
            f"times faster than {name!r}",
            ratio(medians.get(name), ours),
            at_the_floor=ratio(medians.get(name), floor),
        )
        for name, required in _FASTER.items()
    ]
    return [
        *targets,
        at_most(_OVER_THE_FLOOR[index], "time over the floor", ratio(ours, floor)),
        at_most(1, "time to compile", rows.get(TARGET_ROW, {}).get("prepare_s"), unit="s"),
        at_most(
            3,
            "time with AVX2 only over that with AVX-512",
            ratio(medians.get("graph-avx2"), ours),
        ),
        at_least(
            25,
            "in NumPy, times faster than 'loop'",
            ratio(medians.get("loop"), medians.get("graph-numpy")),
        ),
        at_least(
            20,
            f"images a second over those of {VMAPPED}",
            ratio(rates.get(COMPILED), rates.get(VMAPPED)),
            at_the_floor=ratio(None if floor is None else 1e6 / floor, rates.get(VMAPPED)),
        ),
    ]


def at_least(
    required: float, target: str, reached: float | None, *, at_the_floor: float | None = None
) -> dict[str, Any]:
    """Judge a figure that must not be lower; None where it was not measured."""
    if reached is None:
        verdict = "not measured"
    elif reached >= required:
        verdict = "reached"
    elif at_the_floor is not None and at_the_floor < required:
        verdict = "beyond the floor"
    else:
        verdict = "not reached"
    return {
        "target": target,
        "required": f"at least {required:g} x",
        "reached": _text(reached, "x"),
        "at_the_floor": _text(at_the_floor, "x"),
        "verdict": verdict,
    }


def at_most(
    required: float, target: str, reached: float | None, *, unit: str = "x"
) -> dict[str, Any]:
    """Judge a figure that must not be higher; None where it was not measured."""
    if reached is None:
        verdict = "not measured"
    else:
        verdict = "reached" if reached <= required else "not reached"
    return {
        "target": target,
        "required": f"at most {required:g} {unit}".strip(),
        "reached": _text(reached, unit),
        "at_the_floor": "",
        "verdict": verdict,
    }


def ratio(above: float | None, below: float | None) -> float | None:
    """Divide; None where one of them was not measured."""
    return None if above is None or below is None else above / below


def _text(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g} {unit}".strip()
