"""The second page: every way to compute the Jacobian, side by side."""

import streamlit as st

from jacviz.app import components
from jacviz.app.benchmark_job import LIMIT, Measuring
from jacviz.app.benchmark_results import NETWORKS, Findings, shipped
from jacviz.app.methods_figure import figure, in_words
from jacviz.app.methods_table import of_the_article, table
from jacviz.autodiff.registry import methods
from jacviz.autodiff.snippets import snippet
from jacviz.benchmarks import article
from jacviz.errors import JacvizError
from jacviz.models.shipped import STANDARD
from jacviz.server.model_store import engine

_HEAD = """<h1 class="jv-name">jacviz</h1><p>How the Jacobian is computed</p>"""
_INTRODUCTION = """<p class="jv-introduction">A network's Jacobian at one input holds the derivative
of every output with respect to every input: for a drawing 10 by 784 numbers, the ten maps. All the
methods below compute the same numbers; they differ in how often they go through the network, in
what they prepare once, and in which library they are written. Each is timed for one input on one
core, all in turns, and compared with the same derivatives in double precision.</p>"""
_LEGEND = """Marks are medians, lines lead from them to the 99th percentile. The floor is the least
computation of this network, at the speed of this core's matrix products."""


def show(back: st.Page) -> None:
    """Draw the page, with a link to the page `back`."""
    with st.container(
        key="methods-head", horizontal=True, gap="large", vertical_alignment="center"
    ):
        st.html(_HEAD, width="content")
        st.page_link(back, label="Back to the drawing", icon=":material/arrow_back:")
    st.html(_INTRODUCTION)
    measuring = _measuring()
    with st.container(
        key="methods-bench", horizontal=True, gap="medium", vertical_alignment="bottom"
    ):
        network = st.segmented_control(
            "Network",
            list(NETWORKS),
            default="lenet5",
            required=True,
            format_func=NETWORKS.__getitem__,
            key="measured-network",
        )
        if st.button("Measure here", icon=":material/timer:", disabled=measuring is not None):
            _start(network)
        if measuring is not None:
            st.fragment(_follow, run_every=1.0)(measuring)
    if problem := st.session_state.get("measuring-error"):
        components.complaint(problem)
    _figures(network)
    _code()


def _measuring() -> Measuring | None:
    """The measurement that is under way; one that has ended leaves findings or an error."""
    measuring: Measuring | None = st.session_state.get("measuring")
    if measuring is None or not measuring.done:
        return measuring
    del st.session_state["measuring"]
    if measuring.findings is None:
        st.session_state["measuring-error"] = measuring.error
    else:
        st.session_state.setdefault("measured", {})[measuring.network] = measuring.findings
    return None


def _start(network: str) -> None:
    st.session_state.pop("measuring-error", None)
    try:
        here = [name for name, method in methods().items() if method.installed]
        st.session_state["measuring"] = Measuring(network, here)
    except JacvizError as error:
        st.session_state["measuring-error"] = str(error)
    st.rerun()


def _follow(measuring: Measuring) -> None:
    share = measuring.look()
    if measuring.done:
        st.rerun()
    words = f"{NETWORKS[measuring.network]}: {measuring.seconds:.0f} s"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.progress(share, f"{words} of {LIMIT:.0f} at most; leaving ends it", width=380)
        if st.button("Stop", icon=":material/stop:"):
            measuring.stop()


def _figures(network: str) -> None:
    findings: dict[str, Findings] = {}
    if (known := shipped().get(network)) is not None:
        findings["Shipped with jacviz"] = known
    if (fresh := st.session_state.get("measured", {}).get(network)) is not None:
        findings["Measured here"] = fresh
    sources = ". ".join(f"{name}: {found.source}" for name, found in findings.items())
    then = article.THEN if network == "toy" else {}
    with st.container(key="figures", horizontal=True, gap="large"):
        with st.container(width=820 if len(findings) < 2 else 900):
            st.html(table(methods().values(), findings, then))
            st.caption(_runs())
            st.caption(sources or "No figures are at hand for this network: measure it.")
            if then:
                st.caption(of_the_article(findings))
        if findings:
            with st.container(key="picture", width="stretch"):
                st.plotly_chart(
                    figure(findings),
                    config={"displayModeBar": False},
                    alt=in_words(findings),
                    key="times",
                )
                st.caption(_LEGEND)


def _runs() -> str:
    """What computes the drawing's maps."""
    compiled = engine(STANDARD).compiled
    reason = f": {compiled.why}" if compiled.why else ""
    return f"The maps of your drawing are computed by `compiled` ({compiled.backend}){reason}."


def _code() -> None:
    st.html('<h2 class="jv-part">In a few lines</h2>')
    known = methods()
    name = st.pills("Method", list(known), default="loop", required=True, key="snippet", wrap=True)
    method = known[name]
    remedies = "; ".join(f"{need.name}: `{need.install_hint}`" for need in method.missing)
    with st.container(width=820):
        st.caption(
            f"{method.about} For modules of yours: `jacviz.jacobian(model, x, method={name!r})`."
            + (f" Needs {remedies}." if remedies else "")
        )
        st.code(snippet(name))
