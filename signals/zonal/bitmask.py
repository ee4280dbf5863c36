"""Pixels as bits of machine words: instructions that numba does not offer by itself."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from signals.zonal.vector_instructions import (
    BLOCK,
    REALS,
    ROWS,
    WORD,
    Call,
    Vectors,
    Words,
    cgutils,
    counted,
    has_bit,
    spread,
)

MOST_PLANES = 4
"""Planes that a block is divided by at a time."""


@intrinsic
def _split(
    typing_context: Any, source: Any, first: Any, terms: Any, index: Any, planes: Any, plane: Any,
    number: Any,
) -> Call:  # fmt: skip
    """Divide a block by up to four planes, below each other, into all combinations of their bits.

    The combinations are in the order of the numbers that the bits make, a block each.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        _, first, _, index, _, plane, number = arguments
        start = vectors.load(0, first)
        end = builder.append_basic_block("divided")
        choice = builder.switch(number, end)
        for size in range(MOST_PLANES + 1):
            branch = builder.append_basic_block(f"planes_{size}")
            choice.add_case(ir.Constant(WORD, size), branch)
            builder.position_at_end(branch)
            combined = [start]
            for bit in range(size):
                bits = vectors.load(4, builder.add(plane, ir.Constant(WORD, bit * ROWS)))
                without = builder.not_(bits)
                combined = [
                    builder.and_(term, side) for side in (without, bits) for term in combined
                ]
            for position, term in enumerate(combined):
                vectors.store(2, builder.add(index, ir.Constant(WORD, position * ROWS)), term)
            builder.branch(end)
        builder.position_at_end(end)
        return vectors.nothing()

    arguments = (source, types.intp, terms, types.intp, planes, types.intp, types.intp)
    return types.none(*arguments), generate


@intrinsic
def _count_common(
    typing_context: Any, low: Any, high: Any, step: Any, blocks: Any, listed: Any, start: Any,
    stop: Any, counts: Any, left: Any,
) -> Call:  # fmt: skip
    """Count the bits that pairs of blocks have in common, and subtract them; is any number left?

    Listed are pairs, from `start` to before `stop`, by three numbers each: the indices of a low
    and a high block, and that of the 8 counts that the bits of their rows are added to. Each
    stands for a number of blocks, `step` words apart.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        _, _, step, blocks, _, start, stop, _, _ = arguments
        beginning = ir.Constant(WORD, 0)
        # Kept in a register: through memory each pair would wait for the one before.
        rest = cgutils.alloca_once_value(builder, vectors.load(8, beginning))
        with cgutils.for_range(builder, stop, start=start) as loop:
            entry = builder.mul(loop.index, ir.Constant(WORD, 3))
            one, other, index = (
                vectors.load_word(4, builder.add(entry, ir.Constant(WORD, item)))
                for item in range(3)
            )
            number = cgutils.alloca_once_value(builder, ir.Constant(BLOCK, [0] * ROWS))
            builder.store(ir.Constant(BLOCK, [0] * ROWS), number)
            with cgutils.for_range(builder, blocks) as inner:
                shift = builder.mul(inner.index, step)
                common = builder.and_(
                    vectors.load(0, builder.add(one, shift)),
                    vectors.load(1, builder.add(other, shift)),
                )
                found = builder.add(builder.load(number), counted(builder, common))
                builder.store(found, number)
            builder.store(builder.sub(builder.load(rest), builder.load(number)), rest)
            vectors.store(7, index, builder.add(vectors.load(7, index), builder.load(number)))
        vectors.store(8, beginning, builder.load(rest))
        return has_bit(builder, builder.load(rest))

    numbers = (types.intp, types.intp)
    return types.boolean(low, high, *numbers, listed, *numbers, counts, left), generate


@intrinsic
def _take_block(typing_context: Any, source: Any, index: Any, target: Any, at: Any) -> Call:
    """Move a block to another array, leave 0; returns whether it has any bit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        block = vectors.load(0, arguments[1])
        vectors.store(2, arguments[3], block)
        vectors.store(0, arguments[1], ir.Constant(BLOCK, [0] * ROWS))
        return has_bit(builder, block)

    return types.boolean(source, types.intp, target, types.intp), generate


@intrinsic
def _add_count(typing_context: Any, counts: Any, index: Any, source: Any, at: Any) -> Call:
    """Add the number of bits in each row of a block to 8 counts."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        number = counted(builder, vectors.load(2, arguments[3]))
        vectors.store(0, arguments[1], builder.add(vectors.load(0, arguments[1]), number))
        return vectors.nothing()

    return types.none(counts, types.intp, source, types.intp), generate


@intrinsic
def _has_other(
    typing_context: Any, planes: Any, plane: Any, number: Any, key: Any, source: Any, at: Any
) -> Call:
    """Return whether any bit of a block is that of a pixel with another value than the key."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        _, plane, number, key, _, at = arguments
        none = ir.Constant(BLOCK, [0] * ROWS)
        others = cgutils.alloca_once_value(builder, none)
        builder.store(none, others)
        with cgutils.for_range(builder, number) as loop:
            step = builder.mul(loop.index, ir.Constant(WORD, ROWS))
            bits = vectors.load(0, builder.add(plane, step))
            bit = builder.and_(builder.lshr(key, loop.index), ir.Constant(WORD, 1))
            repeated = spread(builder, builder.neg(bit))
            builder.store(builder.or_(builder.load(others), builder.xor(bits, repeated)), others)
        return has_bit(builder, builder.and_(builder.load(others), vectors.load(4, at)))

    arguments = (planes, types.intp, types.intp, types.intp, source, types.intp)
    return types.boolean(*arguments), generate


@intrinsic
def _add_weighted(
    typing_context: Any, sums: Any, index: Any, counts: Any, first: Any, weights: Any, weight: Any
) -> Call:
    """Add 8 counts, each times its weight, to 8 sums, and set them to 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        _, index, _, first, _, weight = arguments
        numbers = builder.sitofp(vectors.load(2, first), REALS)
        addends = builder.fmul(numbers, vectors.load(4, weight, REALS))
        added = builder.fadd(vectors.load(0, index, REALS), addends)
        vectors.store(0, index, added)
        vectors.store(2, first, ir.Constant(BLOCK, [0] * ROWS))
        return vectors.nothing()

    return types.none(sums, types.intp, counts, types.intp, weights, types.intp), generate


@intrinsic
def _first_bit(typing_context: Any, word: Any) -> Call:
    """Return the position of the lowest set bit of a word that is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


split = cast(Callable[[Words, int, Words, int, Words, int, int], None], _split)
count_common = cast(
    Callable[
        [
            Words,
            Words,
            int,
            int,
            NDArray[np.int64],
            int,
            int,
            NDArray[np.int64],
            NDArray[np.int64],
        ],
        bool,
    ],
    _count_common,
)
take_block = cast(Callable[[Words, int, Words, int], bool], _take_block)
add_count = cast(Callable[[NDArray[np.int64], int, Words, int], None], _add_count)
has_other = cast(Callable[[Words, int, int, int, Words, int], bool], _has_other)
add_weighted = cast(
    Callable[[NDArray[np.float64], int, NDArray[np.int64], int, NDArray[np.float64], int], None],
    _add_weighted,
)
first_bit = cast(Callable[[np.uint64], int], _first_bit)
