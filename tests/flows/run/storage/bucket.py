"""The bucket of the tests, and how they fill it."""

import urllib.request
from pathlib import Path
from typing import Any

BUCKET = "understory-runs"
SECRET = "the-secret-key-of-the-test"


def ask(url: str, body: bytes) -> None:
    plain = {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(url, data=body, headers=plain)).close()


def put(storage: Any, **objects: str) -> None:
    for key, text in objects.items():
        storage.put_object(Bucket=BUCKET, Key=key, Body=text.encode())


def moved(storage: Any, path: str, root: Path) -> str:
    """Put a file, or all files of a folder, into the bucket; the address that it has then."""
    at = Path(path)
    for file in [at] if at.is_file() else [one for one in at.rglob("*") if one.is_file()]:
        key = file.relative_to(root).as_posix()
        storage.put_object(Bucket=BUCKET, Key=key, Body=file.read_bytes())
    return f"s3://{BUCKET}/{at.relative_to(root).as_posix()}"
