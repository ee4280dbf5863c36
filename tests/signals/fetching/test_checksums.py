import base64
import hashlib
from pathlib import Path

import pytest

from signals.fetching.checksums import has_checksum, stated_checksum

_BODY = b"two bytes and more"
_MD5 = hashlib.md5(_BODY).hexdigest()
_SHA = hashlib.sha256(_BODY).hexdigest()


def _base64(digits: str) -> str:
    return base64.b64encode(bytes.fromhex(digits)).decode()


@pytest.mark.parametrize(
    ("headers", "is_part", "expected"),
    [
        ({"content-md5": _base64(_MD5)}, False, f"md5:{_MD5}"),
        ({"content-md5": _MD5.upper()}, False, f"md5:{_MD5}"),
        ({"content-md5": _base64(_MD5)}, True, ""),
        ({"x-goog-hash": f"crc32c=AAAAAA==, md5={_base64(_MD5)}"}, True, f"md5:{_MD5}"),
        ({"digest": f"sha-256={_base64(_SHA)}"}, False, f"sha256:{_SHA}"),
        ({"repr-digest": f"sha-256=:{_base64(_SHA)}:"}, False, f"sha256:{_SHA}"),
        (
            {"content-md5": _base64(_MD5), "digest": f"sha-256={_base64(_SHA)}"},
            False,
            f"sha256:{_SHA}",
        ),
        ({"content-md5": "no digest"}, False, ""),
        ({"x-goog-hash": "crc32c=AAAAAA=="}, False, ""),
        ({"content-md5": _base64(_MD5), "content-encoding": "gzip"}, False, ""),
        ({"etag": f'"{_MD5}"'}, False, ""),
        ({}, False, ""),
    ],
)
def test_a_checksum_is_read_from_the_headers(
    headers: dict[str, str], is_part: bool, expected: str
) -> None:
    assert stated_checksum(headers, is_part=is_part) == expected


def test_a_file_is_compared_with_a_checksum(tmp_path: Path) -> None:
    path = tmp_path / "body"
    path.write_bytes(_BODY)
    assert has_checksum(path, f"md5:{_MD5}")
    assert has_checksum(path, f"sha256:{_SHA.upper()}")
    assert not has_checksum(path, f"md5:{'0' * 32}")
    with pytest.raises(ValueError, match="crc32"):
        has_checksum(path, "crc32:00")
