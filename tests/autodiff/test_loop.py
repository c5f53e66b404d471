"""The forum's procedure against PyTorch's own Jacobian."""

import numpy as np
import pytest
import torch

from jacviz.autodiff import loop, reference

from zoo import ZOO, ModuleCase


@pytest.mark.parametrize("case", ZOO, ids=lambda s: s.name)
def test_the_loop_equals_autograds_jacobian(case: ModuleCase) -> None:
    model = case.model()
    x = torch.randn(case.shape, generator=torch.Generator().manual_seed(0))
    expected = torch.autograd.functional.jacobian(lambda v: model(v[None]).reshape(-1), x)
    found = loop.jacobian(model, x)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_the_weights_keep_their_gradients() -> None:
    model = ZOO[0].model()
    for parameter in model.parameters():
        parameter.grad = torch.full_like(parameter, 3.0)
    loop.jacobian(model, torch.zeros(1, 28, 28))
    assert all((p.grad == 3).all() for p in model.parameters())


def test_the_reference_is_float64_and_leaves_the_module_alone() -> None:
    model = ZOO[0].model()
    jacobian = reference.jacobian(model, torch.zeros(1, 28, 28))
    assert jacobian.dtype is torch.float64
    assert jacobian.shape == (10, 1, 28, 28)
    assert all(p.dtype is torch.float32 and p.requires_grad for p in model.parameters())
