"""The page's own Streamlit components, each named for its script in frontend/components.

jacviz.app.asgi serves the scripts; an update of a component carries only a three-line loader.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from typing import Any

import streamlit as st

from jacviz.app.page_texts import ATTRIBUTION_TEXTS, model_texts
from jacviz.app.state import State, settings
from jacviz.app.view import View
from jacviz.models.registry import get_model, model_names


def style(text: str) -> None:
    """Add a style sheet to the document, where it stays whatever replaces this component."""
    # Streamlit renders a style sheet of st.html where later messages replace it.
    mount = st.components.v2.component("jacviz_style", js=_STYLE, html="", isolate_styles=False)
    mount(data={"text": text}, key="style")


def view_controls(initial: State, *, tell: bool) -> View:
    """Show the controls of the view, which start as in a state; returns the view.

    They change the maps without a run of this script, which therefore does not know the view. Only
    with `tell` does the browser tell it each change, and the page runs again.
    """
    sent = st.session_state.get("view-controls", {}).get("view")
    view = View.of(initial) if sent is None else View.parse(sent)
    models = [get_model(name) for name in model_names()]
    _component("view_controls")(
        data={
            "settings": settings(initial),
            "models": [(model.title, model.description) for model in models],
            "told": asdict(view) if tell else None,
        },
        key="view-controls",
        on_view_change=_ignore,
    )
    return view


def live_maps(answer: bytes | None, initial: State) -> None:
    """Show a map for each class, which follow canvas and view without a run of this script.

    Where `canvas_is_unreadable`, they show an answer (see jacviz.server.answer_codec) instead. The
    view and the tools below the maps start as in the state `initial`.
    """
    _component("live_maps")(
        data={
            "kinds": ATTRIBUTION_TEXTS,
            "answer": _base64(answer),
            "models": model_texts(get_model(name) for name in model_names()),
            "settings": settings(initial),
        },
        key="live_maps",
        on_blind_change=_ignore,
    )


def current_drawing() -> tuple[bytes, View] | None:
    """Get the drawing on the canvas, encoded, and its view; None until the browser has sent them.

    The calling fragment runs again when they come, and whenever either has changed. The encoding is
    that of jacviz.export.drawing_codec.
    """
    sent = st.session_state.get("current-drawing", {}).get("drawing")
    _component("current_drawing")(
        data={"received": sent and sent["number"]},
        key="current-drawing",
        on_drawing_change=_ignore,
    )
    return sent and (b64decode(sent["ink"]), View.parse(sent["view"]))


def canvas_is_unreadable() -> bool:
    """Whether the browser's script has failed, and the server has to send answers to the maps."""
    return bool(st.session_state.get("live_maps", {}).get("blind"))


def overlay() -> None:
    """Show the controls of the map over the drawing: which one, and its opacity."""
    _component("overlay")(key="overlay")


def keyboard() -> None:
    """Handle keyboard shortcuts; shows the buttons of their list and of the presentation."""
    _component("keyboard")(key="keyboard", width="content")


def reconnection() -> None:
    """Run the page anew once the browser is connected again; call it outside of fragments."""
    _component("reconnection")(key="reconnection", on_reconnected_change=_ignore)


def tour(stop: dict[str, Any]) -> None:
    """Show a stop's `jacviz.app.tour.contents`, for as long as its drawing is on the canvas."""
    _component("tour")(data=stop, key="tour")


def timeline() -> None:
    """Show the probabilities over the strokes, once there are two."""
    _component("timeline")(key="timeline")


def prediction() -> None:
    """Show the frame and the probabilities of the answer that the maps show."""
    _component("prediction")(key="prediction")


def error_message(sentence: str) -> None:
    """Show an error as plain text; markup in it is escaped."""
    st.html(f'<p class="jv-alert" role="alert">{escape(sentence)}</p>')


def canvas_input(
    *,
    has_image: bool,
    max_bytes: int,
    network: str | None,
    on_clear: Callable[[], None],
    on_paste: Callable[[], None],
) -> None:
    """Handle what changes the canvas without a control on the page: pasting, and clearing an image.

    Calls `on_paste` with a pasted image as base64 in `pasted`, "" where it has more than
    `max_bytes`, and `on_clear` where a canvas that `has_image` is to be cleared. With a network,
    the calling fragment runs again where the page shows another one, which is in `network` then.
    """
    _component("canvas_input")(
        data={"full": has_image, "most": max_bytes, "network": network},
        # Not "canvas-input": the scripts take "canvas-..." for the canvas of a second view.
        key="image-input",
        on_cleared_change=on_clear,
        on_pasted_change=on_paste,
        on_network_change=_ignore,
    )


def gallery(count: int, *, on_choose: Callable[[], None]) -> None:
    """Show so many samples (jacviz.app.samples) as buttons; the number is in `chosen`."""
    _component("gallery")(data={"count": count}, key="gallery", on_chosen_change=on_choose)


def share_link(drawing: bytes | None) -> None:
    """Show a button that copies a link to the drawing and the view, and puts it into the URL.

    The browser's script knows the drawing; `drawing` is for where `canvas_is_unreadable`.
    """
    _component("share_link")(data={"drawing": _base64(drawing)}, key="share-link", width="content")


_STYLE = """
const NAME = Symbol.for("jacviz.style");

export default ({ data }) => {
  if (!document[NAME]) {
    document[NAME] = new CSSStyleSheet();
    document.adoptedStyleSheets.push(document[NAME]);
  }
  // Replacing a style sheet by itself restyles the whole page.
  if (document[NAME].text === data.text) return;
  document[NAME].text = data.text;
  document[NAME].replaceSync(data.text);
};
"""


def _base64(message: bytes | None) -> str | None:
    return None if message is None else b64encode(message).decode()


def _component(module: str) -> Callable[..., Any]:
    # More than one line: Streamlit takes a single one for a file name.
    loader = (
        f'const url = new URL("jacviz/static/components/{module}.js", document.baseURI);\n'
        "const { default: mount } = await import(url);\n"
        "export default mount;\n"
    )
    return st.components.v2.component(f"jacviz_{module}", js=loader, html="", isolate_styles=False)


def _ignore() -> None:
    """Do nothing: Streamlit keeps a component's state only where a change has a callback."""
