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

MOST_PLANES = 4
"""Planes that a block is divided by at a time."""

_WORD = ir.IntType(BITS)
_ROWS = ir.Constant(_WORD, ROWS)
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
def _occurring(typing_context: Any, pixels: Any, blocks: Any) -> _Call:
    """Return the bits that occur in 64 times a number of pixels of 8 bits, as a word."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        none = ir.Constant(_BLOCK, [0] * ROWS)
        found = cgutils.alloca_once_value(builder, none)
        builder.store(none, found)
        with cgutils.for_range(builder, arguments[1]) as loop:
            first = builder.mul(loop.index, ir.Constant(_WORD, BITS))
            block = builder.bitcast(vectors.load(0, first, _BYTES), _BLOCK)
            builder.store(builder.or_(builder.load(found), block), found)
        word, block = ir.Constant(_WORD, 0), builder.load(found)
        for row in range(ROWS):
            one = builder.extract_element(block, ir.Constant(ir.IntType(32), row))
            word = builder.or_(word, one)
        for half in (32, 16, 8):
            word = builder.or_(word, builder.lshr(word, ir.Constant(_WORD, half)))
        return builder.and_(word, ir.Constant(_WORD, 255))

    return types.uint64(pixels, types.intp), generate


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
def _set_whole_block(
    typing_context: Any, pixels: Any, first: Any, width: Any, planes: Any, index: Any, number: Any
) -> _Call:
    """Write the lowest bits of 64 pixels of 8 bits in 8 rows as planes, a block for each bit.

    The first pixel of each row lies `width` after that of the row above; the block of the lowest
    bit is at `index`.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        _, first, width, _, index, number = arguments
        end = builder.append_basic_block("written")
        choice = builder.switch(number, end)
        for size in range(1, 9):
            branch = builder.append_basic_block(f"bits_{size}")
            choice.add_case(ir.Constant(_WORD, size), branch)
            builder.position_at_end(branch)
            for row in range(ROWS):
                start = builder.add(first, builder.mul(width, ir.Constant(_WORD, row)))
                bytes_ = vectors.load(0, start, _BYTES)
                for bit in range(size):
                    only = builder.and_(bytes_, ir.Constant(_BYTES, [1 << bit] * BITS))
                    is_set = builder.icmp_unsigned("!=", only, ir.Constant(_BYTES, [0] * BITS))
                    at = builder.add(index, ir.Constant(_WORD, bit * ROWS + row))
                    vectors.store(3, at, builder.bitcast(is_set, _WORD))
            builder.branch(end)
        builder.position_at_end(end)
        return vectors.nothing()

    arguments = (pixels, types.intp, types.intp, planes, types.intp, types.intp)
    return types.none(*arguments), generate


@intrinsic
def _split(
    typing_context: Any, source: Any, first: Any, terms: Any, index: Any, planes: Any, plane: Any,
    number: Any,
) -> _Call:  # fmt: skip
    """Divide a block by up to four planes, below each other, into all combinations of their bits.

    The combinations are in the order of the numbers that the bits make, a block each.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        _, first, _, index, _, plane, number = arguments
        start = vectors.load(0, first)
        end = builder.append_basic_block("divided")
        choice = builder.switch(number, end)
        for size in range(MOST_PLANES + 1):
            branch = builder.append_basic_block(f"planes_{size}")
            choice.add_case(ir.Constant(_WORD, size), branch)
            builder.position_at_end(branch)
            combined = [start]
            for bit in range(size):
                bits = vectors.load(4, builder.add(plane, ir.Constant(_WORD, bit * ROWS)))
                without = builder.not_(bits)
                combined = [
                    builder.and_(term, side) for side in (without, bits) for term in combined
                ]
            for position, term in enumerate(combined):
                vectors.store(2, builder.add(index, ir.Constant(_WORD, position * ROWS)), term)
            builder.branch(end)
        builder.position_at_end(end)
        return vectors.nothing()

    arguments = (source, types.intp, terms, types.intp, planes, types.intp, types.intp)
    return types.none(*arguments), generate


@intrinsic
def _count_common(
    typing_context: Any, low: Any, high: Any, step: Any, blocks: Any, listed: Any, start: Any,
    stop: Any, counts: Any, left: Any,
) -> _Call:  # fmt: skip
    """Count the bits that pairs of blocks have in common, and subtract them; is any number left?

    Listed are pairs, from `start` to before `stop`, by three numbers each: the indices of a low
    and a high block, and that of the 8 counts that the bits of their rows are added to. Each
    stands for a number of blocks, `step` words apart.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        _, _, step, blocks, _, start, stop, _, _ = arguments
        beginning = ir.Constant(_WORD, 0)
        # Kept in a register: through memory each pair would wait for the one before.
        rest = cgutils.alloca_once_value(builder, vectors.load(8, beginning))
        with cgutils.for_range(builder, stop, start=start) as loop:
            entry = builder.mul(loop.index, ir.Constant(_WORD, 3))
            one, other, index = (
                vectors.load_word(4, builder.add(entry, ir.Constant(_WORD, item)))
                for item in range(3)
            )
            number = cgutils.alloca_once_value(builder, ir.Constant(_BLOCK, [0] * ROWS))
            builder.store(ir.Constant(_BLOCK, [0] * ROWS), number)
            with cgutils.for_range(builder, blocks) as inner:
                shift = builder.mul(inner.index, step)
                common = builder.and_(
                    vectors.load(0, builder.add(one, shift)),
                    vectors.load(1, builder.add(other, shift)),
                )
                found = builder.add(builder.load(number), _counted(builder, common))
                builder.store(found, number)
            builder.store(builder.sub(builder.load(rest), builder.load(number)), rest)
            vectors.store(7, index, builder.add(vectors.load(7, index), builder.load(number)))
        vectors.store(8, beginning, builder.load(rest))
        return _has_bit(builder, builder.load(rest))

    numbers = (types.intp, types.intp)
    return types.boolean(low, high, *numbers, listed, *numbers, counts, left), generate


@intrinsic
def _take_block(typing_context: Any, source: Any, index: Any, target: Any, at: Any) -> _Call:
    """Move a block to another array, leave 0; returns whether it has any bit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        block = vectors.load(0, arguments[1])
        vectors.store(2, arguments[3], block)
        vectors.store(0, arguments[1], ir.Constant(_BLOCK, [0] * ROWS))
        return _has_bit(builder, block)

    return types.boolean(source, types.intp, target, types.intp), generate


@intrinsic
def _add_count(typing_context: Any, counts: Any, index: Any, source: Any, at: Any) -> _Call:
    """Add the number of bits in each row of a block to 8 counts."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        number = _counted(builder, vectors.load(2, arguments[3]))
        vectors.store(0, arguments[1], builder.add(vectors.load(0, arguments[1]), number))
        return vectors.nothing()

    return types.none(counts, types.intp, source, types.intp), generate


@intrinsic
def _has_other(
    typing_context: Any, planes: Any, plane: Any, number: Any, key: Any, source: Any, at: Any
) -> _Call:
    """Return whether any bit of a block is that of a pixel with another value than the key."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = _Vectors(context, builder, signature, arguments)
        _, plane, number, key, _, at = arguments
        none = ir.Constant(_BLOCK, [0] * ROWS)
        others = cgutils.alloca_once_value(builder, none)
        builder.store(none, others)
        with cgutils.for_range(builder, number) as loop:
            bits = vectors.load(0, builder.add(plane, builder.mul(loop.index, _ROWS)))
            bit = builder.and_(builder.lshr(key, loop.index), ir.Constant(_WORD, 1))
            spread = _spread(builder, builder.neg(bit))
            builder.store(builder.or_(builder.load(others), builder.xor(bits, spread)), others)
        return _has_bit(builder, builder.and_(builder.load(others), vectors.load(4, at)))

    arguments = (planes, types.intp, types.intp, types.intp, source, types.intp)
    return types.boolean(*arguments), generate


def _spread(builder: Any, word: Any) -> Any:
    """Repeat a word in each row of a block."""
    nothing = ir.Constant(_BLOCK, ir.Undefined)
    single = builder.insert_element(nothing, word, ir.Constant(ir.IntType(32), 0))
    every = ir.Constant(ir.VectorType(ir.IntType(32), ROWS), [0] * ROWS)
    return builder.shuffle_vector(single, nothing, every)


def _counted(builder: Any, block: Any) -> Any:
    count = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(_BLOCK, [_BLOCK]), f"llvm.ctpop.v{ROWS}i{BITS}"
    )
    return builder.call(count, [block])


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


occurring = cast(Callable[[NDArray[np.uint8], int], np.uint64], _occurring)
set_planes = cast(
    Callable[[NDArray[np.uint8], int, np.uint64, _Words, int, int, int], None], _set_planes
)
set_whole_block = cast(
    Callable[[NDArray[np.uint8], int, int, _Words, int, int], None], _set_whole_block
)
split = cast(Callable[[_Words, int, _Words, int, _Words, int, int], None], _split)
count_common = cast(
    Callable[
        [
            _Words,
            _Words,
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
take_block = cast(Callable[[_Words, int, _Words, int], bool], _take_block)
add_count = cast(Callable[[NDArray[np.int64], int, _Words, int], None], _add_count)
has_other = cast(Callable[[_Words, int, int, int, _Words, int], bool], _has_other)
add_weighted = cast(
    Callable[[NDArray[np.float64], int, NDArray[np.int64], NDArray[np.float64], int], None],
    _add_weighted,
)
first_bit = cast(Callable[[np.uint64], int], _first_bit)
