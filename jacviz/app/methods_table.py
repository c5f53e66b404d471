"""The methods as an HTML table: description, requirements, time and error."""

from collections.abc import Iterable, Mapping
from html import escape

from jacviz.app.benchmark_results import MethodTimings, Timing
from jacviz.autodiff.registry import Method, Requirement
from jacviz.benchmarks import article
from jacviz.benchmarks.tables import microseconds

_TIMING_COLUMNS = (
    ("time", "Median time for one Jacobian"),
    ("loop / it", "How many times faster than the loop over outputs"),
    ("error", "Largest error against float64, as a share of the largest derivative"),
)


def table(
    methods: Iterable[Method], runs: Mapping[str, MethodTimings], seconds_2018: Mapping[str, float]
) -> str:
    """Format one row for each method, with three columns for each run.

    `seconds_2018` are the article's times by method; without any there is no such column.
    """
    first = "<td></td>" * (3 if seconds_2018 else 2)
    groups = "".join(f'<th colspan="3" scope="colgroup">{escape(name)}</th>' for name in runs)
    heads = [("method", ""), ("needs", "")]
    heads += [("in 2018", "On the author's laptop")] if seconds_2018 else []
    heads += _TIMING_COLUMNS * len(runs)
    head = "".join(f'<th scope="col" title="{escape(why)}">{what}</th>' for what, why in heads)
    rows = "".join(_row(method, runs, seconds_2018) for method in methods)
    return (
        '<div class="jv-wide"><table class="jv-methods">'
        f'<thead><tr class="jv-groups">{first}{groups}</tr><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def article_summary(runs: Mapping[str, MethodTimings]) -> str:
    """Compare the article's first and last rows, in 2018 and in each run."""
    first, last = "tensorflow", "layers"
    ratio_2018 = article.SECONDS_2018[first] / article.SECONDS_2018[last]
    sentences = [
        f"The article's first row, {first}, over its last, {last}: {ratio_2018:,.0f} times in 2018"
    ]
    for name, run in runs.items():
        timings = run.timings
        if not {first, last} <= timings.keys():
            continue
        factor = timings[first].median_us / timings[last].median_us
        wrong = [row for row, correct in run.article.items() if not correct]
        check = f"fails: {', '.join(wrong)}" if wrong else "passes every row"
        sentences.append(f"{name}: {factor:,.0f} times, and its check {check}")
    return "; ".join(sentences) + "."


def time(us: float) -> str:
    """Format a time with its unit."""
    return microseconds(us).replace(" us", " µs")


def _row(
    method: Method, runs: Mapping[str, MethodTimings], seconds_2018: Mapping[str, float]
) -> str:
    cells = [
        f'<th scope="row"><code>{method.name}</code><p>{escape(method.about)}</p></th>',
        f"<td>{_needs(method)}</td>",
    ]
    if seconds_2018:
        seconds = seconds_2018.get(method.name)
        cells.append(_number("" if seconds is None else time(seconds * 1e6)))
    for run in runs.values():
        cells += _timing_cells(run.timings.get(method.name))
    return f'<tr data-method="{method.name}">{"".join(cells)}</tr>'


def _needs(method: Method) -> str:
    if not method.needs:
        return "nothing more"
    return "<br>".join(
        f"{escape(need.name)} <small>{_availability(need)}</small>" for need in method.needs
    )


def _availability(need: Requirement) -> str:
    if need.is_available():
        return "installed here"
    hint = escape(need.install_hint)
    return f"<code>{hint}</code>" if hint.startswith("pip ") else hint


def _timing_cells(timing: Timing | None) -> list[str]:
    if timing is None:
        return [_number("")] * 3
    speedup = "" if timing.speedup is None else _format_ratio(timing.speedup)
    return [_number(time(timing.median_us)), _number(speedup), _number(f"{timing.error:.0e}")]


def _format_ratio(ratio: float) -> str:
    """Format as "86", "2.6" or, below 0.1, "1/256"."""
    if ratio < 0.1:
        return f"1/{1 / ratio:,.0f}"
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _number(text: str) -> str:
    return f'<td class="jv-number">{text or "&ndash;"}</td>'
