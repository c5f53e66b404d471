"""Print a plan as a table."""

from jacviz.compiler.ir import Plan, Shape


def describe(
    plan: Plan | None, backend: str, memory: str | None, input_shape: Shape, outputs: int
) -> str:
    """Return the text that a compiled graph prints as."""
    title = f"Jacobian of {outputs} outputs with respect to {_shape(input_shape)}, {backend}"
    if plan is None:
        return title
    rows = [("step", "from", "to", "multiply-adds", "per row back")]
    for step in plan:
        cost = f"{step.multiply_adds():,}" if step.multiply_adds() else ""
        rows.append((str(step), _shape(step.source), _shape(step.result), cost, cost))
    forward = sum(step.multiply_adds() for step in plan)
    backward = plan.backward_multiply_adds()
    rows.append(("total, all rows", "", "", f"{forward:,}", f"{backward:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.ljust(width) if i < 3 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n  ".join([title, *lines, *([memory] if memory else [])])


def _shape(shape: Shape) -> str:
    return "x".join(map(str, shape)) or "1"
