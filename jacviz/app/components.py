"""The page's own components: sheet, server and maps joined, and what the network reads.

Their scripts are served once by jacviz.app.asgi; only three lines travel with each update.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict
from html import escape
from typing import Any

import streamlit as st

from jacviz.app.state import TOOLS, State, settings
from jacviz.app.view_controls import View
from jacviz.explain.attribution_specs import ATTRIBUTIONS
from jacviz.models.registry import get_model
from jacviz.output_spaces import SPACES

# What the page says of each kind of map.
KINDS = {
    name: {
        "label": kind.label,
        "meaning": kind.meaning,
        "pixel": kind.pixel,
        "units": {space: kind.unit_of(space) for space in SPACES},
    }
    for name, kind in ATTRIBUTIONS.items()
}


def style(text: str) -> None:
    """Give the browser's document a style sheet, for as long as the document lives.

    No element holds it: whatever Streamlit puts in this component's place, it stays.
    """
    # Streamlit sends a style sheet of st.html to where it sends messages, which replace it.
    adopt = st.components.v2.component("jacviz_style", js=_ADOPT, html="", isolate_styles=False)
    adopt(data={"text": text}, key="style")


def studio(view: View, answer: bytes | None, first: State) -> None:
    """A map for each class, live: they follow the sheet by themselves, without a run of this
    script.

    The answer (see jacviz.server.answer_codec) is shown instead where the maps are `blind`. What is asked
    below the maps is `first` as in a state.
    """
    model = get_model(view.network)
    _component("live_maps")(
        data={
            **asdict(view),
            "query": view.query,
            "kinds": KINDS,
            "answer": _text(answer),
            "model": {"noun": model.noun, "classes": len(model.labels)},
            "tools": TOOLS,
            "settings": settings(first),
        },
        key="studio",
        on_blind_change=_nothing,
    )


def drawn() -> bytes | None:
    """The last finished drawing (see jacviz.export.drawing_codec); each one runs the fragment of the call.

    A component of its own, so that no drawing ever touches the maps' place on the page.
    """
    _component("drawing_events")(key="drawn", on_drawing_change=_nothing)
    message = st.session_state["drawn"].get("drawing")
    return None if message is None else b64decode(message)


def blind() -> bool:
    """Whether the maps cannot follow the sheet by themselves."""
    return bool(st.session_state.get("studio", {}).get("blind"))


def overlay() -> None:
    """Which map lies over the drawing, and how opaque."""
    _component("overlay")(key="overlay")


def keys() -> None:
    """Keys that do what a control does, a button with a list of them, and the presentation."""
    _component("keyboard")(key="keys", width="content")


def tour(stop: dict[str, Any]) -> None:
    """A stop's `jacviz.app.tour.contents`, for as long as its drawing is on the sheet."""
    _component("tour")(data=stop, key="tour")


def timeline() -> None:
    """The probabilities over the strokes, once there are two."""
    _component("timeline")(key="timeline")


def reading() -> None:
    """The frame and the probabilities of the answer that the maps show."""
    _component("prediction")(key="reading")


def complaint(sentence: str) -> None:
    """Say what is wrong, where the call stands, as plain text whoever wrote it."""
    st.html(f'<p class="jv-complaint" role="alert">{escape(sentence)}</p>')


def opened(
    *, full: bool, most: int, cleared: Callable[[], None], pasted: Callable[[], None]
) -> None:
    """What puts ink on the sheet, or takes it off, without a control on the page.

    Calls `pasted` once a picture was pasted, as base64 or as "" where it has more than `most`
    bytes, and `cleared` where a sheet that is `full` of something laid on it is to be cleared.
    """
    _component("canvas_input")(
        data={"full": full, "most": most},
        key="opened",
        on_cleared_change=cleared,
        on_pasted_change=pasted,
    )


def gallery(count: int, *, chosen: Callable[[], None]) -> None:
    """So many samples (jacviz.app.samples) as buttons; calls `chosen` with one's number."""
    _component("gallery")(data={"count": count}, key="gallery", on_chosen_change=chosen)


def sharing(drawing: bytes | None) -> None:
    """A button that copies a link to the drawing and the view, and puts it into the address bar.

    It learns of drawings by itself; only where the maps are `blind` it takes the one given.
    """
    _component("share_link")(data={"drawing": _text(drawing)}, key="sharing", width="content")


_ADOPT = """
const NAME = Symbol.for("jacviz.style");

export default ({ data }) => {
  if (!document[NAME]) {
    document[NAME] = new CSSStyleSheet();
    document.adoptedStyleSheets.push(document[NAME]);
  }
  // A style sheet that stays the same would be applied anew at every run.
  if (document[NAME].text === data.text) return;
  document[NAME].text = data.text;
  document[NAME].replaceSync(data.text);
};
"""


def _text(message: bytes | None) -> str | None:
    return None if message is None else b64encode(message).decode()


def _component(module: str) -> Callable[..., Any]:
    # Streamlit takes a single line for the name of a file.
    loader = (
        f'const url = new URL("jacviz/static/components/{module}.js", document.baseURI);\n'
        "const { default: mount } = await import(url);\n"
        "export default mount;\n"
    )
    return st.components.v2.component(f"jacviz_{module}", js=loader, html="", isolate_styles=False)


def _nothing() -> None:
    """Streamlit keeps a component's state only where a change has a callback."""
