"""The bits of pixels of 8 bits as planes: a block of words for each bit of the values."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from signals.numba_cache import inlined
from signals.zonal.vector_instructions import (
    BITS,
    BLOCK,
    BYTES,
    ROWS,
    WORD,
    Call,
    Vectors,
    Words,
    cgutils,
)


@intrinsic
def _occurring(typing_context: Any, pixels: Any, first: Any, number: Any) -> Call:
    """Return the bits that occur in 64 times a number of pixels of 8 bits, as a word."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        none = ir.Constant(BLOCK, [0] * ROWS)
        found = cgutils.alloca_once_value(builder, none)
        builder.store(none, found)
        with cgutils.for_range(builder, arguments[2]) as loop:
            position = builder.mul(loop.index, ir.Constant(WORD, BITS))
            bytes_ = vectors.load(0, builder.add(arguments[1], position), BYTES)
            block = builder.bitcast(bytes_, BLOCK)
            builder.store(builder.or_(builder.load(found), block), found)
        word, block = ir.Constant(WORD, 0), builder.load(found)
        for row in range(ROWS):
            one = builder.extract_element(block, ir.Constant(ir.IntType(32), row))
            word = builder.or_(word, one)
        for half in (32, 16, 8):
            word = builder.or_(word, builder.lshr(word, ir.Constant(WORD, half)))
        return builder.and_(word, ir.Constant(WORD, 255))

    return types.uint64(pixels, types.intp, types.intp), generate


@intrinsic
def _set_planes(
    typing_context: Any, pixels: Any, first: Any, shift: Any, planes: Any, index: Any,
    step: Any, number: Any,
) -> Call:  # fmt: skip
    """Write the lowest bits of 64 pixels of 8 bits, a word for each, `step` words apart.

    The word of the lowest bit is at `index`. The first `shift` pixels are left out.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        _, first, shift, _, index, step, number = arguments
        bytes_ = cgutils.alloca_once_value(builder, vectors.load(0, first, BYTES))
        one = ir.Constant(WORD, 1)
        # The sign bits of all bytes are one instruction away, so each bit is moved there.
        with cgutils.for_range(builder, builder.sub(ir.Constant(WORD, 8), number)):
            builder.store(builder.add(builder.load(bytes_), builder.load(bytes_)), bytes_)
        with cgutils.for_range(builder, number) as loop:
            signs = builder.icmp_signed("<", builder.load(bytes_), ir.Constant(BYTES, [0] * BITS))
            word = builder.lshr(builder.bitcast(signs, WORD), shift)
            bit = builder.sub(builder.sub(number, loop.index), one)
            vectors.store(3, builder.add(index, builder.mul(bit, step)), word)
            builder.store(builder.add(builder.load(bytes_), builder.load(bytes_)), bytes_)
        return vectors.nothing()

    arguments = (pixels, types.intp, types.uint64, planes, types.intp, types.intp, types.intp)
    return types.none(*arguments), generate


@intrinsic
def _set_whole_block(
    typing_context: Any, pixels: Any, first: Any, width: Any, planes: Any, index: Any, number: Any
) -> Call:
    """Write the lowest bits of 64 pixels of 8 bits in 8 rows as planes, a block for each bit.

    The first pixel of each row lies `width` after that of the row above; the block of the lowest
    bit is at `index`.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vectors = Vectors(context, builder, signature, arguments)
        _, first, width, _, index, number = arguments
        end = builder.append_basic_block("written")
        choice = builder.switch(number, end)
        for size in range(1, 9):
            branch = builder.append_basic_block(f"bits_{size}")
            choice.add_case(ir.Constant(WORD, size), branch)
            builder.position_at_end(branch)
            for row in range(ROWS):
                start = builder.add(first, builder.mul(width, ir.Constant(WORD, row)))
                bytes_ = vectors.load(0, start, BYTES)
                for bit in range(size):
                    only = builder.and_(bytes_, ir.Constant(BYTES, [1 << bit] * BITS))
                    is_set = builder.icmp_unsigned("!=", only, ir.Constant(BYTES, [0] * BITS))
                    at = builder.add(index, ir.Constant(WORD, bit * ROWS + row))
                    vectors.store(3, at, builder.bitcast(is_set, WORD))
            builder.branch(end)
        builder.position_at_end(end)
        return vectors.nothing()

    arguments = (pixels, types.intp, types.intp, planes, types.intp, types.intp)
    return types.none(*arguments), generate


occurring = cast(Callable[[NDArray[np.uint8], int, int], np.uint64], _occurring)
set_planes = cast(
    Callable[[NDArray[np.uint8], int, np.uint64, Words, int, int, int], None], _set_planes
)
set_whole_block = cast(
    Callable[[NDArray[np.uint8], int, int, Words, int, int], None], _set_whole_block
)


@inlined
def found_bits(pixels: NDArray[np.uint8], first: int, stop: int) -> np.uint64:
    """Return the bits that occur in some pixels in a row, as far as there are pixels."""
    stop = min(stop, len(pixels))
    number = (stop - first) // BITS
    found = occurring(pixels, first, number)
    for position in range(first + number * BITS, stop):
        found |= np.uint64(pixels[position])
    return found


@inlined
def bits_of(key: np.uint64) -> int:
    """Return how many bits a number needs, at least 1."""
    bits = 1
    while key >> np.uint64(bits) > 0:
        bits += 1
    return bits


@inlined
def set_block(
    pixels: NDArray[np.uint8],
    width: int,
    bits: int,
    top: int,
    word: int,
    planes: NDArray[np.uint64],
    first: int,
) -> None:
    """Lay the bits of the pixels of 8 rows out as planes, a block for each bit.

    Rows above and below the pixels stay arbitrary, as does what follows a row in its last word:
    neither is ever inside.
    """
    start = top * width + word * BITS
    if top >= 0 and start + (ROWS - 1) * width + BITS <= len(pixels):
        set_whole_block(pixels, start, width, planes, first, bits)
        return
    for row in range(max(top, 0), min(top + ROWS, len(pixels) // width)):
        position = row * width + word * BITS
        # The last word of all is read from where it fits.
        fits = min(position, len(pixels) - BITS)
        set_planes(pixels, fits, np.uint64(position - fits), planes, first + row - top, ROWS, bits)
