"""The memory that a run of a list needs, compared with what it may use before it begins."""

from __future__ import annotations

import logging

from configs import machine_memory
from configs.config_errors import DataRejectedError

#: Peak of the largest process as `docs/concepts/scale.md` has it, rounded up: 1.4 GB for a list of
#: 10,000 suppliers, 2.6 GB for one of 100,000, 12.5 GB for one of 1,000,000.
_BASE_BYTES, _BYTES_OF_SUPPLIER = 1_500_000_000, 12_000
#: Libraries take addresses for the buffers of their threads that they never fill: a list of six
#: suppliers took 3.6 GB of addresses for 0.6 GB of memory, and was ended by a library that may not
#: take more with a limit of 2.5 GB.
_LEAST_ADDRESSES = 2_300_000_000
#: A run below this share of the estimate is not begun; the estimate is no closer than that.
_SHARE_TO_BEGIN = 0.5

log = logging.getLogger("understory")


def needed_bytes(suppliers: int) -> int:
    """The estimated peak of a run, in bytes."""
    return _BASE_BYTES + _BYTES_OF_SUPPLIER * suppliers


def reject_too_little(suppliers: int) -> None:
    """Check that a run can end on this machine; warn where it may not.

    Raises:
        DataRejectedError: it may use less than half of the estimate, or too few addresses.
    """
    addresses = machine_memory.address_space_bytes()
    if addresses is not None and addresses < _LEAST_ADDRESSES + needed_bytes(suppliers):
        raise DataRejectedError(
            f"a run of {suppliers:,} suppliers takes addresses for "
            f"{_gb(_LEAST_ADDRESSES + needed_bytes(suppliers))} and this shell allows "
            f"{_gb(addresses)}; raise the limit (ulimit -v), or limit the memory itself (systemd: "
            "MemoryMax=)"
        )
    needed, allowed = needed_bytes(suppliers), machine_memory.allowed_bytes()
    if allowed is not None and allowed < _SHARE_TO_BEGIN * needed:
        raise DataRejectedError(
            f"a run of {suppliers:,} suppliers needs about {_gb(needed)} of memory and may use "
            f"{_gb(allowed)}; use a larger machine, raise the limit, or rank the list in parts"
        )
    available = machine_memory.available_bytes()
    if available is not None and available < needed:
        log.warning(
            "A run of %s suppliers needs about %s of memory and %s are available; close other "
            "programs if the system ends it",
            f"{suppliers:,}",
            _gb(needed),
            _gb(available),
        )


def _gb(size: int) -> str:
    return f"{size / 1e9:.1f} GB"
