"""Archives whose bytes depend on their content alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

#: The earliest date that the format has; the date of writing would change the bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16
_UNIX = 3


def zipped(files: Mapping[str, bytes], compress: bool) -> bytes:
    """A ZIP archive of files, in their order.

    Args:
        files: content by path in the archive.
        compress: False keeps the bytes equal between versions of the compression library, too.
    """
    target = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", method) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _READABLE
            entry.compress_type = method
            archive.writestr(entry, content)
    return target.getvalue()
