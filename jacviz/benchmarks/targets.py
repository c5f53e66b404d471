"""What the compiled graph is meant to reach, and whether it does."""

from typing import Any, TypeAlias

from jacviz.benchmarks.batches import COMPILED, VMAPPED

Findings: TypeAlias = dict[str, Any]

# The row that is judged: the compiled graph called with a NumPy array.
JUDGED = "graph"

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


def judge(found: Findings) -> list[dict[str, Any]]:
    """Every aim for the network that was measured; none for a network of one's own."""
    if found["network"] not in _NETWORKS:
        return []
    which = _NETWORKS.index(found["network"])
    rows = {row["method"]: row for row in found["rows"]}
    medians = {name: row["median_us"] for name, row in rows.items()}
    ours, floor = medians.get(JUDGED), found["floor_us"]
    rates = {way: row["images_per_second"] for way, row in found["batches"].items()}
    aims = [
        _at_least(
            wanted[which],
            f"times faster than {name!r}",
            _ratio(medians.get(name), ours),
            at_the_floor=_ratio(medians.get(name), floor),
        )
        for name, wanted in _FASTER.items()
    ]
    return [
        *aims,
        _at_most(_OVER_THE_FLOOR[which], "time over the floor", _ratio(ours, floor)),
        _at_most(1, "time to compile", rows.get(JUDGED, {}).get("prepare_s"), unit="s"),
        _at_most(
            3,
            "time with AVX2 only over that with AVX-512",
            _ratio(medians.get("graph-avx2"), ours),
        ),
        _at_least(
            25,
            "in NumPy, times faster than 'loop'",
            _ratio(medians.get("loop"), medians.get("graph-numpy")),
        ),
        _at_least(
            20,
            f"images a second over those of {VMAPPED}",
            _ratio(rates.get(COMPILED), rates.get(VMAPPED)),
            at_the_floor=_ratio(None if floor is None else 1e6 / floor, rates.get(VMAPPED)),
        ),
    ]


def _at_least(
    wanted: float, aim: str, reached: float | None, *, at_the_floor: float | None = None
) -> dict[str, Any]:
    if reached is None:
        verdict = "not measured"
    elif reached >= wanted:
        verdict = "reached"
    elif at_the_floor is not None and at_the_floor < wanted:
        verdict = "beyond the floor"
    else:
        verdict = "not reached"
    return {
        "aim": aim,
        "wanted": f"at least {wanted:g} x",
        "reached": _text(reached, "x"),
        "at_the_floor": _text(at_the_floor, "x"),
        "verdict": verdict,
    }


def _at_most(wanted: float, aim: str, reached: float | None, *, unit: str = "x") -> dict[str, Any]:
    if reached is None:
        verdict = "not measured"
    else:
        verdict = "reached" if reached <= wanted else "not reached"
    return {
        "aim": aim,
        "wanted": f"at most {wanted:g} {unit}",
        "reached": _text(reached, unit),
        "at_the_floor": "",
        "verdict": verdict,
    }


def _ratio(above: float | None, below: float | None) -> float | None:
    return None if above is None or below is None else above / below


def _text(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g} {unit}"
