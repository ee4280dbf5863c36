"""Vectors of machine words in compiled code: what intrinsics of `bit_planes` and `bitmask` share.

A word has a bit for each of 64 pixels side by side, a block the words of 8 rows below each other.
Blocks are in arrays of words, from a given index on.
"""

from typing import Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba.core import cgutils as untyped_cgutils
from numpy.typing import NDArray

cgutils: Any = untyped_cgutils

BITS = 64
"""Pixels in a word."""

ROWS = 8
"""Words in a block."""

WORD = ir.IntType(BITS)
BYTES = ir.VectorType(ir.IntType(8), BITS)
BLOCK = ir.VectorType(WORD, ROWS)
REALS = ir.VectorType(ir.DoubleType(), ROWS)

Call: TypeAlias = tuple[Any, Any]
"""What an intrinsic returns: its signature, and the function that writes its instructions."""

Words: TypeAlias = NDArray[np.uint64]


class Vectors:
    """Loads and stores of vectors in arrays that are arguments of an intrinsic."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        self._context, self._builder = context, builder
        self._kinds, self._arguments = signature.args, arguments

    def _address(self, array: int, index: Any, vector: Any) -> Any:
        made = self._context.make_array(self._kinds[array])
        data = made(self._context, self._builder, self._arguments[array]).data
        return self._builder.bitcast(self._builder.gep(data, [index]), vector.as_pointer())

    def load(self, array: int, index: Any, vector: Any = BLOCK) -> Any:
        """Load a vector; an array is named by its position among the arguments."""
        align = vector.element.width // 8 if isinstance(vector.element, ir.IntType) else 8
        return self._builder.load(self._address(array, index, vector), align=align)

    def store(self, array: int, index: Any, value: Any) -> None:
        """Store a vector."""
        self._builder.store(value, self._address(array, index, value.type), align=8)

    def load_word(self, array: int, index: Any) -> Any:
        """Load one word."""
        made = self._context.make_array(self._kinds[array])
        data = made(self._context, self._builder, self._arguments[array]).data
        return self._builder.load(self._builder.gep(data, [index]))

    def nothing(self) -> Any:
        """Return None as compiled code knows it."""
        return self._context.get_dummy_value()


def spread(builder: Any, word: Any) -> Any:
    """Repeat a word in each row of a block."""
    nothing = ir.Constant(BLOCK, ir.Undefined)
    single = builder.insert_element(nothing, word, ir.Constant(ir.IntType(32), 0))
    every = ir.Constant(ir.VectorType(ir.IntType(32), ROWS), [0] * ROWS)
    return builder.shuffle_vector(single, nothing, every)


def counted(builder: Any, block: Any) -> Any:
    """Count the bits of each word of a block."""
    count = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(BLOCK, [BLOCK]), f"llvm.ctpop.v{ROWS}i{BITS}"
    )
    return builder.call(count, [block])


def has_bit(builder: Any, block: Any) -> Any:
    """Return whether a block has any bit."""
    some = builder.icmp_unsigned("!=", block, ir.Constant(BLOCK, [0] * ROWS))
    bits = builder.bitcast(some, ir.IntType(ROWS))
    return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(ROWS), 0))
