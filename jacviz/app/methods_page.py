"""The second page: all methods of computing the Jacobian, compared."""

import streamlit as st

from jacviz.app import components
from jacviz.app.benchmark_job import TIME_LIMIT_S, BenchmarkJob
from jacviz.app.benchmark_results import NETWORKS, MethodTimings, shipped
from jacviz.app.methods_figure import describe, figure
from jacviz.app.methods_table import article_summary, table
from jacviz.autodiff.registry import methods
from jacviz.autodiff.snippets import snippet
from jacviz.benchmarks import article
from jacviz.errors import JacvizError
from jacviz.models.shipped import STANDARD
from jacviz.server.model_store import get_engine

_HEAD = """<h1 class="jv-name">jacviz</h1><p>How the Jacobian is computed</p>"""
_INTRODUCTION = """<p class="jv-introduction">A network's Jacobian at one input holds the derivative
of every output with respect to every input: for a drawing 10 by 784 numbers, the ten maps. All the
methods below compute the same numbers; they differ in how many passes through the network they
make, in what they prepare once, and in their library. Each is timed for one input on one core, in
turns with the others, and compared with the same derivatives in double precision.</p>"""
_LEGEND = """Marks are medians, lines extend to the 99th percentile. The floor is the time of the
fewest multiply-adds that this network needs, at the speed of this core's matrix products."""


def show(back: st.Page) -> None:
    """Show the page, with a link to the page `back`."""
    with st.container(
        key="methods-head", horizontal=True, gap="large", vertical_alignment="center"
    ):
        st.html(_HEAD, width="content")
        st.page_link(back, label="Back to the drawing", icon=":material/arrow_back:")
    st.html(_INTRODUCTION)
    job = _current_job()
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
        if st.button("Measure here", icon=":material/timer:", disabled=job is not None):
            _start(network)
        if job is not None:
            st.fragment(_show_progress, run_every=1.0)(job)
    if error := st.session_state.get("benchmark-error"):
        components.error_message(error)
    _results(network)
    _code()


def _current_job() -> BenchmarkJob | None:
    """Get this visitor's running job; stores the timings or the error of one that is done."""
    job: BenchmarkJob | None = st.session_state.get("benchmark-job")
    if job is None or not job.done:
        return job
    del st.session_state["benchmark-job"]
    if job.timings is None:
        st.session_state["benchmark-error"] = job.error
    else:
        st.session_state.setdefault("measured", {})[job.network] = job.timings
    return None


def _start(network: str) -> None:
    st.session_state.pop("benchmark-error", None)
    try:
        installed = [name for name, method in methods().items() if method.installed]
        st.session_state["benchmark-job"] = BenchmarkJob(network, installed)
    except JacvizError as error:
        st.session_state["benchmark-error"] = str(error)
    st.rerun()


def _show_progress(job: BenchmarkJob) -> None:
    share = job.poll()
    if job.done:
        st.rerun()
    elapsed = f"{NETWORKS[job.network]}: {job.elapsed_s:.0f} s"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.progress(
            share, f"{elapsed} of {TIME_LIMIT_S:.0f} at most; closing the page stops it", width=380
        )
        if st.button("Stop", icon=":material/stop:"):
            job.cancel()


def _results(network: str) -> None:
    runs: dict[str, MethodTimings] = {}
    if (shipped_run := shipped().get(network)) is not None:
        runs["Shipped with jacviz"] = shipped_run
    if (new_run := st.session_state.get("measured", {}).get(network)) is not None:
        runs["Measured here"] = new_run
    sources = ". ".join(f"{name}: {run.source}" for name, run in runs.items())
    seconds_2018 = article.SECONDS_2018 if network == "toy" else {}
    with st.container(key="figures", horizontal=True, gap="large"):
        with st.container(width=820 if len(runs) < 2 else 900):
            st.html(table(methods().values(), runs, seconds_2018))
            st.caption(_backend_note())
            st.caption(sources or "There are no results for this network yet: press Measure here.")
            if seconds_2018:
                st.caption(article_summary(runs))
        if runs:
            with st.container(key="picture", width="stretch"):
                st.plotly_chart(
                    figure(runs),
                    config={"displayModeBar": False},
                    alt=describe(runs),
                    key="times",
                )
                st.caption(_LEGEND)


def _backend_note() -> str:
    """Say which backend computes the maps of the drawing."""
    compiled = get_engine(STANDARD).compiled
    reason = f": {compiled.why}" if compiled.why else ""
    return f"The maps of your drawing are computed by `compiled` ({compiled.backend}){reason}."


def _code() -> None:
    st.html('<h2 class="jv-part">In a few lines</h2>')
    all_methods = methods()
    name = st.pills(
        "Method", list(all_methods), default="loop", required=True, key="snippet", wrap=True
    )
    method = all_methods[name]
    remedies = "; ".join(f"{need.name}: `{need.install_hint}`" for need in method.missing)
    with st.container(width=820):
        st.caption(
            f"{method.about} For your own modules: `jacviz.jacobian(model, x, method={name!r})`."
            + (f" Needs {remedies}." if remedies else "")
        )
        st.code(snippet(name))
