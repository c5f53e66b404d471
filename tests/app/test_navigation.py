"""What the two pages import."""

import subprocess
import sys


def _imported(code: str, names: str) -> set[str]:
    """Which of these modules a fresh Python has imported after this code."""
    script = (
        f"import sys\n{code}\nprint(*[name for name in {names.split()} if name in sys.modules])"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    return set(said.stdout.split())


def test_who_draws_does_not_wait_for_the_second_page() -> None:
    names = "jacviz.app.methods_page jacviz.autodiff.registry jacviz.benchmarks rich"
    assert _imported("import jacviz.app.navigation, jacviz.app.asgi", names) == set()


def test_the_second_page_imports_no_library_that_it_tells_of() -> None:
    code = "import jacviz.app.methods_page as page\n[page.snippet(name) for name in page.methods()]"
    assert _imported(code, "tensorflow jax autograd jacviz.app.methods_page") == {
        "jacviz.app.methods_page"
    }
