"""Compiled graphs that are copied, pickled, sent to other processes and forked."""

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from jacviz.compiler import CompiledJacobian, compile_jacobian

from zoo import ZOO, ModuleCase


def assert_same(found: CompiledJacobian, compiled: CompiledJacobian) -> None:
    assert str(found) == str(compiled)
    assert found.why == compiled.why
    x = np.random.default_rng(0).normal(size=compiled.input_shape)
    for one, other in zip(found(x), compiled(x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("case", ZOO, ids=lambda s: s.name)
def test_a_compiled_graph_comes_back_from_a_pickle(case: ModuleCase) -> None:
    try:
        pickle.dumps(case.model())
    except Exception as error:
        pytest.skip(f"the module itself cannot be pickled: {error}")
    compiled = compile_jacobian(case.model(), np.zeros(case.shape))
    assert_same(pickle.loads(pickle.dumps(compiled)), compiled)


def test_who_asked_for_numpy_gets_numpy_from_a_pickle() -> None:
    compiled = compile_jacobian(nn.Linear(3, 2), np.zeros(3), backend="numpy")
    assert_same(pickle.loads(pickle.dumps(compiled)), compiled)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("name", ["LeNet-5", "Softplus"])
def test_copies_share_what_never_changes(name: str, copied) -> None:
    case = next(s for s in ZOO if s.name == name)
    compiled = compile_jacobian(case.model(), np.zeros(case.shape))
    duplicate = copied(compiled)
    assert duplicate is not compiled
    assert duplicate.plan is compiled.plan
    assert_same(duplicate, compiled)


def test_a_spawned_process_gives_the_same() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(9, 7), nn.Tanh(), nn.Linear(7, 3))
    compiled = compile_jacobian(model, np.zeros(9))
    x = np.random.default_rng(0).normal(size=9)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        outputs, jacobian = pool.apply(compiled, (x,))
    np.testing.assert_array_equal(outputs, compiled(x)[0])
    np.testing.assert_array_equal(jacobian, compiled(x)[1])


# A forked process has none of the threads that PyTorch, with enough work, has started.
FORK = """
import os, sys
import numpy as np, torch
from torch import nn
from jacviz.compiler import compile_jacobian

torch.set_num_threads(4)
layer = {"gelu": nn.GELU(), "softplus": nn.Softplus()}[sys.argv[1]]
model = nn.Sequential(nn.Linear(4, 70_000), layer, nn.Linear(70_000, 2)).eval()
x = np.ones(4)
compiled = compile_jacobian(model, x, backend=sys.argv[2])
expected = compiled(x)[1]
child = os.fork()
if not child:
    again = compile_jacobian(model, x, backend=sys.argv[2])
    for graph in (compiled, again):
        assert graph.backend == compiled.backend
        np.testing.assert_allclose(graph(x)[1], expected, rtol=1e-4, atol=1e-6)
    print("the same", flush=True)
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1] != 0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize(
    ("layer", "backend"),
    [
        ("gelu", "auto"),
        pytest.param("gelu", "numpy", marks=pytest.mark.slow),
        pytest.param("softplus", "auto", marks=pytest.mark.slow),
    ],
)
def test_a_forked_process_computes_and_compiles(layer: str, backend: str) -> None:
    arguments = [sys.executable, "-c", FORK, layer, backend]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        said, _ = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        pytest.fail("the forked process waits for ever")
    assert (process.returncode, said) == (0, "the same\n")
