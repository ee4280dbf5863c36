"""Pixels as bits of machine words: instructions that numba does not offer by itself.

A word has a bit for each of 64 pixels side by side, a block the words of 8 rows below each other.
Blocks are in arrays of words, from a given index on.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import cgutils as untyped_cgutils
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

cgutils: Any = untyped_cgutils

BITS = 64
"""Pixels in a word."""

ROWS = 8
"""Words in a block."""

_WORD = ir.IntType(BITS)
_BYTES = ir.VectorType(ir.IntType(8), BITS)
_BLOCK = ir.VectorType(_WORD, ROWS)
_REALS = ir.VectorType(ir.DoubleType(), ROWS)

_Call = tuple[Any, Any]
_Words = NDArray[np.uint64]


class _Vectors:
    """Loads and stores of vectors in arrays that are arguments of an intrinsic."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        self._context, self._builder = context, builder
        self._kinds, self._arguments = signature.args, arguments

    def _address(self, array: int, index: Any, vector: Any) -> Any:
        made = self._context.make_array(self._kinds[array])
        data = made(self._context, self._builder, self._arguments[array]).data
        return self._builder.bitcast(self._builder.gep(data, [index]), vector.as_pointer())

    def load(self, array: int, index: Any, vector: Any = _BLOCK) -> Any:
        align = vector.element.width // 8 if isinstance(vector.element, ir.IntType) else 8
        return self._builder.load(self._address(array, index, vector), align=align)

    def store(self, array: int, index: Any, value: Any) -> None:
        self._builder.store(value, self._address(array, index, value.type), align=8)

    def load_word(self, array: int, index: Any) -> Any:
        made = self._context.make_array(self._kinds[array])
        data = made(self._context, self._builder, self._arguments[array]).data
        return self._builder.load(self._builder.gep(data, [index]))

    def nothing(self) -> Any:
        return self._context.get_dummy_value()


@intrinsic
def _set_planes(
    typing_context: Any, pixels: Any, first: Any, shift: Any, planes: Any, index: Any,
    step: Any, number: Any,
) -> _Call:  # fmt: skip
    """Write the lowest bits of 64 pixels of 8 bits, a word for each, `step` words apart.

    The word of the lowest bit is at `index`. The first `shift` pixels are left out.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        _, first, shift, _, index, step, number = arguments
        bytes_ = cgutils.alloca_once_value(builder, vectors.load(0, first, _BYTES))
        one = ir.Constant(_WORD, 1)
        # The sign bits of all bytes are one instruction away, so each bit is moved there.
        with cgutils.for_range(builder, builder.sub(ir.Constant(_WORD, 8), number)):
            builder.store(builder.add(builder.load(bytes_), builder.load(bytes_)), bytes_)
        with cgutils.for_range(builder, number) as loop:
            signs = builder.icmp_signed("<", builder.load(bytes_), ir.Constant(_BYTES, [0] * BITS))
            word = builder.lshr(builder.bitcast(signs, _WORD), shift)
            bit = builder.sub(builder.sub(number, loop.index), one)
            vectors.store(3, builder.add(index, builder.mul(bit, step)), word)
            builder.store(builder.add(builder.load(bytes_), builder.load(bytes_)), bytes_)
        return vectors.nothing()

    arguments = (pixels, types.intp, types.uint64, planes, types.intp, types.intp, types.intp)
    return types.none(*arguments), generate


@intrinsic
def _split(
    typing_context: Any, terms: Any, without: Any, with_it: Any, planes: Any, plane: Any
) -> _Call:
    """Divide a block of terms into the bits that a plane has and, in place, those it has not."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        term, bits = vectors.load(0, arguments[1]), vectors.load(3, arguments[4])
        vectors.store(0, arguments[2], builder.and_(term, bits))
        vectors.store(0, arguments[1], builder.and_(term, builder.not_(bits)))
        return vectors.nothing()

    return types.none(terms, types.intp, types.intp, planes, types.intp), generate


@intrinsic
def _count_common(
    typing_context: Any, low: Any, high: Any, listed: Any, start: Any, stop: Any, counts: Any,
    rest: Any,
) -> _Call:  # fmt: skip
    """Count the bits that blocks have in common, clear them in the rest; is there any left?

    Listed are pairs, from `start` to before `stop`, by three numbers each: the indices of a low
    and a high block, and that of the 8 counts that the bits of their rows are added to.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        count = cgutils.get_or_insert_function(
            builder.module, ir.FunctionType(_BLOCK, [_BLOCK]), f"llvm.ctpop.v{ROWS}i{BITS}"
        )
        beginning = ir.Constant(_WORD, 0)
        # Kept in a register: through memory each pair would wait for the one before.
        left = cgutils.alloca_once_value(builder, vectors.load(6, beginning))
        with cgutils.for_range(builder, arguments[4], start=arguments[3]) as loop:
            entry = builder.mul(loop.index, ir.Constant(_WORD, 3))
            one, other, index = (
                vectors.load_word(2, builder.add(entry, ir.Constant(_WORD, item)))
                for item in range(3)
            )
            common = builder.and_(vectors.load(0, one), vectors.load(1, other))
            number = builder.add(vectors.load(5, index), builder.call(count, [common]))
            vectors.store(5, index, number)
            builder.store(builder.and_(builder.load(left), builder.not_(common)), left)
        vectors.store(6, beginning, builder.load(left))
        return _has_bit(builder, builder.load(left))

    arguments = (low, high, listed, types.intp, types.intp, counts, rest)
    return types.boolean(*arguments), generate


@intrinsic
def _take_block(typing_context: Any, source: Any, index: Any, target: Any, others: Any) -> _Call:
    """Move a block to the beginning of two arrays, leave 0; returns whether it has any bit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        block, start = vectors.load(0, arguments[1]), ir.Constant(_WORD, 0)
        vectors.store(2, start, block)
        vectors.store(3, start, block)
        vectors.store(0, arguments[1], ir.Constant(_BLOCK, [0] * ROWS))
        return _has_bit(builder, block)

    return types.boolean(source, types.intp, target, others), generate


def _has_bit(builder: Any, block: Any) -> Any:
    some = builder.icmp_unsigned("!=", block, ir.Constant(_BLOCK, [0] * ROWS))
    bits = builder.bitcast(some, ir.IntType(ROWS))
    return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(ROWS), 0))


@intrinsic
def _add_weighted(
    typing_context: Any, sums: Any, index: Any, counts: Any, weights: Any, weight: Any
) -> _Call:
    """Add 8 counts, each times its weight, to the sums of the same index, and set them to 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        numbers = builder.sitofp(vectors.load(2, arguments[1]), _REALS)
        addends = builder.fmul(numbers, vectors.load(3, arguments[4], _REALS))
        added = builder.fadd(vectors.load(0, arguments[1], _REALS), addends)
        vectors.store(0, arguments[1], added)
        vectors.store(2, arguments[1], ir.Constant(_BLOCK, [0] * ROWS))
        return vectors.nothing()

    return types.none(sums, types.intp, counts, weights, types.intp), generate


@intrinsic
def _first_bit(typing_context: Any, word: Any) -> _Call:
    """Return the position of the lowest set bit of a word that is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


set_planes = cast(
    Callable[[NDArray[np.uint8], int, np.uint64, _Words, int, int, int], None], _set_planes
)
split = cast(Callable[[_Words, int, int, _Words, int], None], _split)
count_common = cast(
    Callable[[_Words, _Words, NDArray[np.int64], int, int, NDArray[np.int64], _Words], bool],
    _count_common,
)
take_block = cast(Callable[[_Words, int, _Words, _Words], bool], _take_block)
add_weighted = cast(
    Callable[[NDArray[np.float64], int, NDArray[np.int64], NDArray[np.float64], int], None],
    _add_weighted,
)
first_bit = cast(Callable[[np.uint64], int], _first_bit)
