"""What canvas/adapter.js relies on inside Streamlit and streamlit-drawable-canvas.

It holds for the versions below. Where a newer one fails here, only the adapter needs a change.
"""

from importlib.metadata import version
from typing import Any

import pytest

from browser.visitor import FOUR, ONE, Visitor

pytestmark = pytest.mark.browser

HOLDS_FOR = {"streamlit-drawable-canvas": "0.13", "streamlit": "1.67"}

ADAPTER = """
  const url = new URL("jacviz/static/canvas/adapter.js", document.baseURI);
  const { PageAdapter, viewRootOf } = await import(url);
  const root = viewRootOf(document.querySelector(".st-key-canvas"));
  const adapter = new PageAdapter(root);
"""


def _evaluate(visitor: Visitor, body: str) -> Any:
    """What a function of the page's `adapter` returns."""
    return visitor.page.evaluate(f"async () => {{ {ADAPTER} {body} }}")


def test_it_holds_for_the_versions_that_are_installed() -> None:
    for package, expected in HOLDS_FOR.items():
        assert version(package).startswith(f"{expected}."), (
            f"expected {package} {expected}, for which the adapter was written, "
            f"got {version(package)}: where the tests below pass, only name it here and there"
        )


def test_the_canvas_and_its_buttons_are_found(visitor: Visitor) -> None:
    visitor.draw(ONE)
    found = _evaluate(
        visitor,
        """
        const labels = ["Undo", "Redo", "Reset canvas & history"];
        const { width, side } = adapter.canvasBounds();
        return {
          root: root.className.includes("st-key-workspace"),
          read: [...adapter.readDrawing()],
          can: labels.map((label) => adapter.canPress(label)),
          bounds: [width, side],
          visible: adapter.isVisible(),
        };
        """,
    )
    box = visitor.canvas.bounding_box()
    assert box is not None
    assert found["root"]
    assert found["visible"]
    assert bytes(found["read"]) == visitor.asked[-1]
    assert found["can"] == [True, False, True]
    assert found["bounds"] == [box["width"], 392]


def test_a_finished_stroke_is_on_neither_canvas_until_the_next_frame(new_visitor: Visitor) -> None:
    """The reason for `onStrokeTransferred`, which is told of the frame after which it is there."""
    new_visitor.page.evaluate(
        f"""async () => {{ {ADAPTER}
          window.transfer = {{ adapter }};
          addEventListener("mouseup", () => {{
            transfer.between = [...adapter.readDrawing()];
            adapter.onStrokeTransferred(() => (transfer.after = [...adapter.readDrawing()]));
          }});
        }}"""
    )
    new_visitor.draw(FOUR[:1])
    between, after, final = new_visitor.page.evaluate(
        "() => [transfer.between, transfer.after, [...transfer.adapter.readDrawing()]]"
    )
    assert len(between) == 12
    assert len(after) > 12
    assert after == final
    assert new_visitor.asked[-1] == bytes(final)


def test_only_a_strokes_final_ink_is_asked_for_as_exact(visitor: Visitor) -> None:
    visitor.draw(FOUR)
    asked = [drawing for drawing in visitor.asked if len(drawing) > 12]
    assert len(asked) == len(FOUR), [drawing[:12].hex() for drawing in asked]
    assert asked[-1] == bytes(_evaluate(visitor, "return [...adapter.readDrawing()];"))


def test_no_global_is_replaced(new_visitor: Visitor) -> None:
    new_visitor.page.evaluate(
        """() => {
          window.replaced = [];
          const natives = Object.fromEntries(
            ["requestAnimationFrame", "cancelAnimationFrame", "setTimeout", "fetch", "WebSocket"]
              .map((name) => [name, window[name]]),
          );
          const compare = () => {
            for (const [name, native] of Object.entries(natives)) {
              if (window[name] !== native) replaced.push(name);
            }
          };
          for (const event of ["pointerdown", "pointermove", "pointerup", "mouseup"]) {
            for (const capture of [true, false]) addEventListener(event, compare, { capture });
            document.addEventListener(event, compare, { capture: true });
          }
        }"""
    )
    new_visitor.draw(FOUR)
    assert new_visitor.page.evaluate("replaced") == []
