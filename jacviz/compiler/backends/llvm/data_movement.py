"""Moving rows of images: parts of vectors, padding, and turning blocks into planes."""

from collections.abc import Callable

from jacviz.compiler.backends.llvm.context import Context
from jacviz.compiler.backends.llvm.ir_builder import Index, IRBuilder, Value
from jacviz.compiler.backends.llvm.target import Target


def store_part(code: IRBuilder, target: Target, value: Value, address: Value, count: int) -> None:
    """Store the first `count` lanes only."""
    lanes = value.lanes
    if count >= lanes:
        code.store(value, address)
    elif target.masks and count > 1:
        mask = ", ".join(f"i1 {'true' if lane < count else 'false'}" for lane in range(lanes))
        code.mask_store(value, address, f"<{lanes} x i1> <{mask}>")
    else:
        place = 0
        for size in (8, 4, 2, 1):
            while count - place >= size:
                part = code.shuffle(value, value, range(place, place + size))
                if size == 1:
                    part = code.lane(value, place)
                code.store(part, code.at(address, place))
                place += size


def copy_row(context: Context, source: Value, to: Value, count: int) -> None:
    """Copy `count` floats; may read past the source, never writes past the copy."""
    code, lanes = context.code, context.target.lanes
    for place in range(0, count, lanes):
        value = code.load(code.at(source, place), lanes)
        store_part(code, context.target, value, code.at(to, place), count - place)


def transpose(code: IRBuilder, rows: list[Value]) -> list[Value]:
    """As many vectors as they have lanes, transposed."""
    size = len(rows)
    rows = list(rows)
    distance = size // 2
    while distance:
        low = [lane if not lane & distance else size + lane - distance for lane in range(size)]
        high = [lane + distance if not lane & distance else size + lane for lane in range(size)]
        for i in range(size):
            if not i & distance:
                a, b = rows[i], rows[i + distance]
                rows[i], rows[i + distance] = code.shuffle(a, b, low), code.shuffle(a, b, high)
        distance //= 2
    return rows


def interleave(code: IRBuilder, a: Value, b: Value) -> tuple[Value, Value]:
    """a0 b0 a1 b1 ... as two vectors."""
    lanes = a.lanes
    order = [lane // 2 + lanes * (lane % 2) for lane in range(2 * lanes)]
    return code.shuffle(a, b, order[:lanes]), code.shuffle(a, b, order[lanes:])


def blocks_to_planes(
    context: Context,
    source: Value,
    blocks: tuple[int, int],
    stride: tuple[int, int],
    to: Callable[[Index, int], Value],
    channels: int,
    width: int,
) -> None:
    """Spread a row of blocks over planes.

    `source` holds so many blocks, `blocks[1]` floats apart, each (channels, down, across) for the
    stride (down, across). `to(channel, down)` is the address of the image row of `width` that
    takes them.
    """
    code, target = context.code, context.target
    count, pitch = blocks
    down, across = stride
    each = down * across
    size = min(8, target.lanes)
    if across > 2 or size % each:
        _one_by_one(code, source, blocks, stride, to, channels, width)
        return

    def tile(first: Index, rows: int) -> None:
        """So many lanes of every block from channel `first` on."""
        for j in range(0, count, size):
            place = [code.at(source, code.times(first, each), (j + i) * pitch) for i in range(size)]
            columns = transpose(code, [code.load(address, size) for address in place])
            for n in range(0, rows, across):
                address = to(code.plus(first, n // each), n % each // across)
                parts = columns[n : n + 1] if across == 1 else interleave(code, *columns[n : n + 2])
                for i, part in enumerate(parts):
                    left = across * j + i * size
                    if left < width:
                        store_part(code, target, part, code.at(address, left), width - left)

    step = size // each
    whole = channels // step * step
    code.loop(0, whole, lambda first: tile(first, size), step=step)
    if whole < channels:
        tile(whole, (channels - whole) * each)


def _one_by_one(
    code: IRBuilder,
    source: Value,
    blocks: tuple[int, int],
    stride: tuple[int, int],
    to: Callable[[Index, int], Value],
    channels: int,
    width: int,
) -> None:
    down, across = stride
    for qy in range(down):
        for qx in range(across):

            def channel(c: Index, qy: int = qy, qx: int = qx) -> None:
                address = to(c, qy)
                lane = code.plus(code.times(c, down * across), qy * across + qx)

                def block(j: Index) -> None:
                    number = code.load(code.at(source, code.times(j, blocks[1]), lane))
                    code.store(number, code.at(address, code.times(j, across), qx))

                code.loop(0, len(range(qx, width, across)), block)

            code.loop(0, channels, channel)
