"""Matrix products in register tiles, whose sums never leave the registers."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import TypeAlias

import numpy as np

from jacviz.compiler.backends.llvm.ir_builder import Buffer, Index, IRBuilder, Value
from jacviz.compiler.backends.llvm.target import Target
from jacviz.compiler.ir import Constant

# Sums of one tile: a row for each row of the left matrix, a vector for each part of the width.
Tile: TypeAlias = list[list[Value]]

# A dependent multiply-add can start after this many independent ones.
_FMA_LATENCY = 8


def vector_widths(target: Target, columns: int) -> list[int]:
    """Return the lanes of the vectors that cover `columns`: full ones, and one shorter."""
    full, rest = divmod(columns, target.lanes)
    if not rest:
        return [target.lanes] * full
    shorter = 4
    while shorter < rest:
        shorter *= 2
    return [target.lanes] * full + [min(shorter, target.lanes)]


def tile_shape(target: Target, rows: int, vectors: int) -> tuple[int, int]:
    """Return a tile's rows and vectors: the fewest instructions that fit the registers."""

    def cost(rows_each: int, vectors_each: int) -> float:
        tiles = ceil(rows / rows_each) * ceil(vectors / vectors_each)
        sums, loads = rows_each * vectors_each, rows_each + vectors_each
        return tiles * (max(sums, loads, _FMA_LATENCY / 2) + loads / 8)

    shapes = [
        (r, v)
        for r in range(1, min(rows, target.registers) + 1)
        for v in range(1, min(vectors, 8) + 1)
        if r * v + v < target.registers
    ]
    return min(shapes, key=lambda shape: cost(*shape))


def zero_tile(code: IRBuilder, rows: int, parts: Sequence[int]) -> Tile:
    return [[code.float32(0.0, lanes) for lanes in parts] for _ in range(rows)]


def load_vectors(code: IRBuilder, address: Value, parts: Sequence[int]) -> list[Value]:
    return [code.load(code.at(address, sum(parts[:i])), n) for i, n in enumerate(parts)]


def store_vectors(code: IRBuilder, values: Sequence[Value], address: Value) -> None:
    place = 0
    for value in values:
        code.store(value, code.at(address, place))
        place += value.lanes


def add_outer_product(
    code: IRBuilder, sums: Tile, left: Sequence[Value], right: Sequence[Value]
) -> Tile:
    """Add the product of one column (addresses) and one row (vectors)."""
    out = []
    for row, address in zip(sums, left, strict=True):
        scalar = code.load(address)
        copies = {lanes: code.broadcast(scalar, lanes) for lanes in {v.lanes for v in right}}
        out.append([code.fma(copies[v.lanes], v, s) for v, s in zip(right, row, strict=True)])
    return out


def multiply(
    code: IRBuilder,
    sums: Tile,
    count: Index,
    left: Callable[[Index], Sequence[Value]],
    right: Callable[[Index], Value],
    unroll: int = 1,
) -> Tile:
    """sums[m] += left(k)[m] * right(k) for k below `count`.

    left gives the addresses of one number for each row, right the address of the tile's vectors.
    Narrow tiles keep several partial sums, so that none waits for the one before.
    """
    parts = [value.lanes for value in sums[0]]
    size = len(sums) * len(parts)
    if not isinstance(count, int):
        unroll = 1
    else:
        unroll = min(max(unroll, ceil(_FMA_LATENCY / size)), max(count, 1))
    chains = min(unroll, ceil(_FMA_LATENCY / size))
    every = [sums] + [zero_tile(code, len(sums), parts) for _ in range(chains - 1)]

    def once(tiles: list[Tile], k: Index, turn: int) -> None:
        vectors = load_vectors(code, right(k), parts)
        tiles[turn % chains] = add_outer_product(code, tiles[turn % chains], left(k), vectors)

    def body(k: Index, *flat: Value) -> list[Value]:
        tiles = _unflatten(flat, chains, len(sums), len(parts))
        for turn in range(unroll):
            once(tiles, code.plus(k, turn), turn)
        return _flatten(tiles)

    whole = count // unroll * unroll if isinstance(count, int) else count
    flat = code.loop(0, whole, body, _flatten(every), step=unroll)
    every = _unflatten(flat, chains, len(sums), len(parts))
    if isinstance(count, int) and isinstance(whole, int):
        for k in range(whole, count):
            once(every, k, k - whole)
    while len(every) > 1:
        other = every.pop()
        every[len(every) // 2] = [
            [code.add(a, b) for a, b in zip(mine, theirs, strict=True)]
            for mine, theirs in zip(every[len(every) // 2], other, strict=True)
        ]
    return every[0]


def flatten(tile: Tile) -> list[Value]:
    return [value for row in tile for value in row]


def unflatten(flat: Sequence[Value], rows: int) -> Tile:
    each = len(flat) // rows
    return [list(flat[i * each : (i + 1) * each]) for i in range(rows)]


def _flatten(tiles: Sequence[Tile]) -> list[Value]:
    return [value for tile in tiles for value in flatten(tile)]


def _unflatten(flat: Sequence[Value], tiles: int, rows: int, parts: int) -> list[Tile]:
    each = rows * parts
    return [unflatten(flat[i * each : (i + 1) * each], rows) for i in range(tiles)]


class Panels:
    """The columns of a right matrix, split into panels as wide as a tile."""

    def __init__(self, target: Target, columns: int, vectors: int) -> None:
        self.parts = [target.lanes] * vectors
        self.whole = columns // self.width
        self.tail = vector_widths(target, columns - self.whole * self.width)
        self.columns = columns

    @property
    def width(self) -> int:
        return sum(self.parts)

    def pack(self, matrix: Constant) -> Constant:
        """(..., K, columns) as one flat array, panel by panel, each with all that comes before."""
        full = self.whole * self.width
        pieces = [matrix[..., i : i + self.width] for i in range(0, full, self.width)]
        if self.tail:
            tail = np.zeros((*matrix.shape[:-1], sum(self.tail)))
            tail[..., : self.columns - full] = matrix[..., full:]
            pieces.append(tail)
        return np.concatenate([piece.reshape(-1) for piece in pieces])

    def each(
        self,
        code: IRBuilder,
        packed: Buffer,
        depth: int,
        body: Callable[[Value, Index, list[int]], None],
    ) -> None:
        """body(address of the panel, its first column, its vectors); `depth` is K in all."""

        def panel(i: Index) -> None:
            address = code.at(packed, code.times(i, depth * self.width))
            body(address, code.times(i, self.width), self.parts)

        code.loop(0, self.whole, panel)
        if self.tail:
            full = self.whole * self.width
            body(code.at(packed, full * depth), full, self.tail)


def row_groups(code: IRBuilder, rows: int, each: int, body: Callable[[Index], None]) -> None:
    """body(first row) for groups of `each`; the last overlaps the one before if need be."""

    def group(i: Index) -> None:
        body(code.min_index(code.times(i, each), rows - each))

    code.loop(0, ceil(rows / each), group)


def balanced_rows(rows: int, most: int) -> int:
    """Rows for each group where no group has more than `most`."""
    return ceil(rows / ceil(rows / most))
