"""The methods as a table in HTML: what each is, what it needs, how fast and how exact it is."""

from collections.abc import Iterable, Mapping
from html import escape

from jacviz.app.benchmark_results import Findings, Timing
from jacviz.autodiff.registry import Method, Requirement
from jacviz.benchmarks import article
from jacviz.benchmarks.tables import microseconds

_FIGURES = (
    ("time", "Median time for one Jacobian"),
    ("loop / it", "How many of it fit into one of the forum's loop"),
    ("error", "Largest error against float64, as a share of the largest derivative"),
)


def table(
    methods: Iterable[Method], columns: Mapping[str, Findings], then: Mapping[str, float]
) -> str:
    """One row for each method, three figures from each of the findings under their names.

    `then` are the seconds that the 2018 article gives for some methods, empty for no such column.
    """
    first = "<td></td>" * (3 if then else 2)
    groups = "".join(f'<th colspan="3" scope="colgroup">{escape(name)}</th>' for name in columns)
    heads = [("method", ""), ("needs", "")]
    heads += [("in 2018", "On the author's laptop")] if then else []
    heads += _FIGURES * len(columns)
    head = "".join(f'<th scope="col" title="{escape(why)}">{what}</th>' for what, why in heads)
    rows = "".join(_row(method, columns, then) for method in methods)
    return (
        '<div class="jv-wide"><table class="jv-methods">'
        f'<thead><tr class="jv-groups">{first}{groups}</tr><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def of_the_article(columns: Mapping[str, Findings]) -> str:
    """How many times faster the article's last row is than its first, then and in each findings."""
    first, last = "tensorflow", "layers"
    then = article.THEN[first] / article.THEN[last]
    words = [f"The article's first row, {first}, over its last, {last}: {then:,.0f} times in 2018"]
    for name, findings in columns.items():
        timings = findings.timings
        if not {first, last} <= timings.keys():
            continue
        factor = timings[first].median_us / timings[last].median_us
        wrong = [row for row, correct in findings.article.items() if not correct]
        check = f"fails: {', '.join(wrong)}" if wrong else "passes every row"
        words.append(f"{name}: {factor:,.0f} times, and its check {check}")
    return "; ".join(words) + "."


def time(us: float) -> str:
    return microseconds(us).replace(" us", " µs")


def _row(method: Method, columns: Mapping[str, Findings], then: Mapping[str, float]) -> str:
    cells = [
        f'<th scope="row"><code>{method.name}</code><p>{escape(method.about)}</p></th>',
        f"<td>{_needs(method)}</td>",
    ]
    if then:
        seconds = then.get(method.name)
        cells.append(_number("" if seconds is None else time(seconds * 1e6)))
    for findings in columns.values():
        cells += _figures(findings.timings.get(method.name))
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


def _figures(timing: Timing | None) -> list[str]:
    if timing is None:
        return [_number("")] * 3
    ratio = "" if timing.ratio is None else _times(timing.ratio)
    return [_number(time(timing.median_us)), _number(ratio), _number(f"{timing.error:.0e}")]


def _times(ratio: float) -> str:
    """ "86", "2.6" or, of something slow, "1/256"."""
    if ratio < 0.1:
        return f"1/{1 / ratio:,.0f}"
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"


def _number(text: str) -> str:
    return f'<td class="jv-number">{text or "&ndash;"}</td>'
