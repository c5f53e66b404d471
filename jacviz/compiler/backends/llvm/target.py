"""Target machine: the host's vectors and registers, or fewer on request."""

import os
from dataclasses import dataclass

from jacviz.errors import InputError

# Environment variable that selects fewer features than the host has.
CPU_VARIABLE = "JACVIZ_CPU"


@dataclass(frozen=True)
class Target:
    """Vectors of `lanes` floats in `registers` vector registers."""

    name: str
    lanes: int
    registers: int
    cpu: str
    features: str
    x86: bool = True

    @property
    def architecture(self) -> str:
        return "x86_64" if self.x86 else "aarch64" if self.name == "neon" else "other"

    @property
    def masks(self) -> bool:
        """Whether storing a part of a vector costs no more than storing all of it."""
        return self.name == "avx512"


def target(request: str | None = None) -> Target:
    """Return the best target of this host, or the one named "avx512", "avx2", "neon" or "baseline".

    Without `request` the environment variable JACVIZ_CPU may name one. Raises InputError where
    the host lacks it.
    """
    from llvmlite import binding

    triple = binding.get_process_triple()
    has = binding.get_host_cpu_features()
    cpu, features = binding.get_host_cpu_name(), has.flatten()
    offered: dict[str, Target] = {}
    if triple.startswith("x86_64"):
        if has.get("avx512f") and has.get("avx512vl") and has.get("avx512dq"):
            wide = features + ",-prefer-256-bit"
            offered["avx512"] = Target("avx512", 16, 32, cpu, wide)
        if has.get("avx2") and has.get("fma"):
            narrow = ",".join(f for f in features.split(",") if "avx512" not in f)
            offered["avx2"] = Target("avx2", 8, 16, "x86-64-v3", narrow + ",-avx512f")
        offered["baseline"] = Target("baseline", 4, 16, "x86-64", "")
    elif triple.startswith(("aarch64", "arm64")):
        offered["neon"] = Target("neon", 4, 32, cpu, features, x86=False)
    else:
        offered["baseline"] = Target("baseline", 4, 16, cpu, features, x86=False)
    wanted = request or os.environ.get(CPU_VARIABLE) or next(iter(offered))
    if wanted not in offered:
        raise InputError(
            f"expected {CPU_VARIABLE} as one of {', '.join(offered)} on this machine, "
            f"got {wanted!r}"
        )
    return offered[wanted]
