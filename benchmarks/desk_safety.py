"""What other pages, forged forms, odd paths, large uploads and many requests do to the desk.

A desk is started and a list sent to it. Then every page is asked with another origin, another host,
without a session, with a forged form and with odd paths, 1,000 requests in all; 2 GB are sent with
and without a stated length; a workbook that unpacks to 4 GB is checked; 500 pages are asked for at
once. An effect is an answer that gives or changes something, or a file that came, went or grew.
"""

from __future__ import annotations

import io
import itertools
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from benchmarks.desk_service import DeskService, desk_service, wait_for_check
from flows.desk.pages import ALL_PAGES

ID = "desk_safety"
KIND = "validate"
GOAL = (
    "0 effects of 1,000 attacking requests, 2 GB uploads, a zip bomb and 500 requests at once; "
    "the desk stays up"
)

REQUESTS = 1_000
_PARALLEL = 500
_UPLOAD_BYTES = 2_000_000_000
_BOMB_BYTES = 4_000_000_000
_LIST = "supplier_id,name,country\n1,Alpha Mill,Bangladesh\n"
_PATHS = (
    "/lists/..%2f..%2fetc%2fpasswd", "/lists/%2e%2e/%2e%2e", "/assets/..%2fserver.py",
    "/lists/LIST/runs/..%2f..%2flist.json/report", "/lists/LIST/runs/latest/files/..%2flist.json",
    "/lists/%00", "//etc/passwd", "/lists/LIST/../../../keys.env",
)  # fmt: skip
#: Name of an attack to the headers that it changes; None takes one away.
_HEADERS: dict[str, dict[str, str | None]] = {
    "another origin": {"origin": "http://evil.example"},
    "origin null": {"origin": "null"},
    "another port": {"origin": "http://127.0.0.1:1"},
    "another host": {"host": "evil.example"},
    "another site": {"sec-fetch-site": "cross-site"},
    "no session": {"cookie": "understory_desk=0"},
    "forged form": {"x-form-token": "0" * 43},
    "no origin": {"origin": None},
}


def run() -> str:
    """Attack a desk, print a table and return the figures."""
    with tempfile.TemporaryDirectory() as folder, desk_service(Path(folder)) as desk:
        client = desk.browser()
        page = _sent(client, "list.csv", _LIST.encode())
        wait_for_check(client, page)
        before = desk.files()
        effects = Counter(forged(desk, client, page))
        print(f"forged requests: {REQUESTS:,}; answers that gave or changed something:")
        print("\n".join(f"  {name}: {effects[name]}" for name in [*_HEADERS, "odd path"]))
        uploads = [_upload(client, page, is_stated=stated) for stated in (True, False)]
        print(f"2 GB sent with and without a length: {', '.join(uploads)}")
        changed = {name for name, size in desk.files().items() if before.get(name) != size}
        changed |= set(before) - set(desk.files())
        print(f"files that came, went or grew: {len(changed)}")
        bomb = _bomb_sentence(client)
        print(f"workbook that unpacks to 4 GB: {bomb}")
        answers = _at_once(desk, client)
        print(f"{_PARALLEL} at once: {dict(sorted(answers.items()))}")
        is_up = client.get("/").status_code == 200
        memory = desk.peak_megabytes()
    total = sum(effects.values()) + len(changed) + sum("413" not in one for one in uploads)
    return (
        f"{total} effects of {REQUESTS:,} requests and 2 uploads of 2 GB; zip bomb: "
        f"{'a sentence' if bomb else 'no sentence'}; {_PARALLEL} at once: "
        f"{sum(answers.values())} answered; up: {is_up}; {memory:.0f} MiB"
    )


def forged(desk: DeskService, client: httpx.Client, page: str) -> Iterator[str]:
    """Send the forged requests; the name of each attack that had an effect."""
    list_id = page.rsplit("/", 1)[1]
    pages = [(one.method, one.path.replace("{list_id}", list_id)) for one in ALL_PAGES]
    changing = [(method, path) for method, path in pages if method == "POST"]
    attacks: list[tuple[str, str, str]] = [
        (name, method, path)
        for name in _HEADERS
        # Reading is guarded by host, site and session; forms by their token and origin as well.
        for method, path in (
            changing if name in ("forged form", "no origin") or "origin" in name else pages
        )
    ]
    attacks += [("odd path", "GET", path.replace("LIST", list_id)) for path in _PATHS]
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    own = {"cookie": cookies, **{name: client.headers[name] for name in ("origin", "x-form-token")}}
    with httpx.Client(base_url=desk.address, timeout=60) as attacker:
        for name, method, path in itertools.islice(itertools.cycle(attacks), REQUESTS):
            changed = {**own, **_HEADERS.get(name, {})}
            headers = {key: value for key, value in changed.items() if value is not None}
            data = {"stored": "file_1.csv", "variable": "PATH", "key": "x", "as_of": "2026-01-01"}
            try:
                answer = attacker.request(
                    method, path, headers=headers, data=data if method == "POST" else None
                )
            except httpx.TransportError:
                # Hung up on before the request was read to its end.
                continue
            is_sent_to_sign_in = answer.headers.get("location") == "/sign-in"
            if answer.status_code < 400 and not is_sent_to_sign_in:
                yield name


def _sent(client: httpx.Client, name: str, content: bytes) -> str:
    answer = client.post("/lists", files={"files": (name, content)})
    answer.raise_for_status()
    return str(answer.url.path)


def _upload(client: httpx.Client, page: str, *, is_stated: bool) -> str:
    """Send 2 GB until the desk has had enough; the status, or that it hung up."""
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'
    part = b"x" * (1 << 20)

    def parts() -> Iterator[bytes]:
        yield head
        for _ in range(_UPLOAD_BYTES // len(part)):
            yield part

    headers = {"content-type": "multipart/form-data; boundary=b"}
    if is_stated:
        headers["content-length"] = str(_UPLOAD_BYTES)
    try:
        answer = client.post(f"{page}/files", content=parts(), headers=headers)
    except (httpx.WriteError, httpx.RemoteProtocolError, httpx.ReadError):
        return "413 (hung up)"
    return str(answer.status_code)


def _bomb_sentence(client: httpx.Client) -> str:
    """Send a workbook whose sheet unpacks to 4 GB; what the desk says of it."""
    memory = io.BytesIO()
    with (
        zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet,
    ):
        part = b" " * (1 << 24)
        for _ in range(_BOMB_BYTES // len(part)):
            sheet.write(part)
    page = _sent(client, "bomb.xlsx", memory.getvalue())
    wait_for_check(client, page)
    text = client.get(page).text
    found = text.partition('<ul class="findings"><li>')[2].partition("</li>")[0]
    return found or text.partition('role="alert">')[2].partition("</p>")[0]


def _at_once(desk: DeskService, client: httpx.Client) -> Counter[int]:
    cookies = dict(client.cookies)

    def ask(_: int) -> int:
        try:
            return httpx.get(f"{desk.address}/", cookies=cookies, timeout=60).status_code
        except httpx.TransportError:
            return 0

    with ThreadPoolExecutor(_PARALLEL) as pool:
        return Counter(pool.map(ask, range(_PARALLEL)))
