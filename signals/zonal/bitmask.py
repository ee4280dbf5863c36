"""64 pixels in one machine word, a bit each: instructions that numba does not offer by itself."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

BITS = 64
"""Pixels in a word."""

_Call = tuple[Any, Any]


@intrinsic
def _equal_bits(typing_context: Any, pixels: Any, first: Any, others: Any, second: Any) -> _Call:
    """Set bit i where pixel `first` + i of 8 bits equals `others[second + i]`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), BITS)

        def load(number: int) -> Any:
            kind = signature.args[number]
            array = context.make_array(kind)(context, builder, arguments[number])
            place = builder.gep(array.data, [arguments[number + 1]])
            return builder.load(builder.bitcast(place, vector.as_pointer()), align=1)

        equal = builder.icmp_unsigned("==", load(0), load(2))
        return builder.bitcast(equal, ir.IntType(BITS))

    return types.uint64(pixels, types.intp, others, types.intp), generate


@intrinsic
def _count_bits(typing_context: Any, word: Any) -> _Call:
    """Return how many bits of a word are set."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def _first_bit(typing_context: Any, word: Any) -> _Call:
    """Return the place of the lowest set bit of a word that is not 0."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


equal_bits = cast(
    Callable[[NDArray[np.uint8], int, NDArray[np.uint8], int], np.uint64], _equal_bits
)
count_bits = cast(Callable[[np.uint64], int], _count_bits)
first_bit = cast(Callable[[np.uint64], int], _first_bit)
