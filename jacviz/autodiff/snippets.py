"""Each method in a few lines that can be copied and run."""

from jacviz.autodiff.registry import method_named
from jacviz.resources import ASSETS

FOLDER = ASSETS / "snippets"


def snippet(method: str) -> str:
    """Return a program that ends with the Jacobian in `J`, by one of `jacviz.methods()`.

    Those that work on PyTorch modules take the shipped LeNet-5 (10, 1, 28, 28), the others define
    the toy network of the 2018 article, 500-100-10 with ReLU and softmax (10, 500). Raises
    InputError for a method that is not in the table.
    """
    name = method_named(method).name.replace("-", "_")
    return (FOLDER / f"by_{name}.py").read_text(encoding="utf-8")
