"""Compile a numeric kernel: cached on disk and free of the interpreter lock."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def compiled(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Return the function compiled by numba, with its types kept for the type checker.

    Kernels run one block of one thread's work each, so they release the lock instead of
    starting threads of their own: the order of every sum stays fixed.
    """
    return cast(
        Callable[Parameters, Result],
        numba.njit(nogil=True, cache=True, error_model="numpy")(function),
    )


def inlined(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Return a function that is compiled into each kernel that calls it.

    A call passes an array as seven numbers, which costs more than a short function's own work, and
    so does counting it as referenced: the function may use arrays, but make none.
    """
    options: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
    options |= {"forceinline": True, "_nrt": False}
    return cast(Callable[Parameters, Result], numba.njit(**options)(function))
