"""Full Jacobians of many images, in memory that does not grow with them."""

import subprocess
import sys

import pytest

from jacviz.benchmarks.batches import BATCH_METHODS
from jacviz.benchmarks.networks import INPUTS, OUTPUTS

# A process of its own, because what a process has held at most never shrinks.
SCRIPT = """
import sys
from jacviz.benchmarks.batches import measure
for images in map(int, sys.argv[2:]):
    request = {"network": "toy", "method": sys.argv[1], "images": images}
    print(measure(request, lambda share: None)["memory_mib"])
"""

DEFAULT = ("compiled.batch", 250)


@pytest.mark.parametrize(
    ("method", "few"),
    [
        pytest.param(method, few, marks=[] if (method, few) == DEFAULT else [pytest.mark.slow])
        for method in BATCH_METHODS
        for few in (250, 1000)
    ],
)
def test_eight_times_the_images_take_no_more_memory(method: str, few: int) -> None:
    many = 8 * few
    command = [sys.executable, "-c", SCRIPT, method, str(few), str(many)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    grown = float(said[1])  # beyond the most that the first has held
    jacobians = (many - few) * OUTPUTS * INPUTS * 4 / 2**20
    assert grown < jacobians / 8
