"""The suppliers of a run: find one, see why it stands where it stands, decide, hand over."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from starlette.responses import FileResponse, Response

from configs.config_errors import DataRejectedError, UsageError
from flows.desk.access.protection import REPORT_POLICY
from flows.desk.lists.list_folders import ListFolder, shown_name
from flows.desk.lists.turns import in_turn
from flows.desk.pages.list_pages import (
    frame_of,
    list_of,
    run_folder_of,
    run_shown,
    start_job,
    state_of,
)
from flows.desk.pages.page import NotFoundError, Page, Visit, to
from reports.languages.catalogue import message

_YEAR = dt.timedelta(days=365)
_MOST_PAGES = 100_000


def suppliers(visit: Visit) -> Response:
    """All suppliers of a run, by rank, with a search."""
    from flows.desk.lists import result_tables
    from flows.desk.views.supplier_view import supplier_line
    from flows.run.folders.published_runs import read_manifest

    folder = list_of(visit)
    shown = run_shown(folder, visit.query.get("run", ""))
    if shown is None:
        return to(f"/lists/{folder.list_id}/results")
    words, asked = shown_name(visit.query.get("q", "")), visit.query.get("page", "1")
    page = int(asked) if asked.isdigit() and 0 < int(asked) < _MOST_PAGES else 1
    decided = visit.query.get("decided", "") == "yes"
    run = folder.results / shown
    rows, count = result_tables.supplier_rows(run, words, page, decided=decided)
    withheld = read_manifest(run).get("uncertainty", {}).get("reason")
    return visit.page(
        "suppliers.html.j2",
        **results_frame(folder, "suppliers", shown),
        rows=[supplier_line(row, withheld) for row in rows],
        count=count,
        words=words,
        decided=decided,
        withheld=withheld,
        page=page,
        pages=max(1, -(-count // result_tables.ROWS_A_PAGE)),
        query=urlencode({"run": shown, "q": words, **({"decided": "yes"} if decided else {})}),
    )


def supplier(visit: Visit) -> Response:
    """One supplier: its rank, reasons, decision and documents."""
    from flows.desk.lists import result_tables
    from flows.desk.views.supplier_view import (
        DECISIONS,
        decision_words,
        reasons_shown,
        supplier_line,
    )
    from flows.run.decisions import decision_files
    from flows.run.folders.published_runs import read_flags, read_manifest
    from reports.languages.sentences import Sentences
    from signals.registry import signals

    folder = list_of(visit)
    run, row = _supplier(folder, visit.query.get("run", ""), visit.query.get("supplier", ""))
    cards = {name: signal.card for name, signal in signals().items()}
    titles = {name: card.title for name, card in cards.items()}
    manifest = read_manifest(run)
    withheld = manifest.get("uncertainty", {}).get("reason")
    supplier_id = str(row["supplier_id"])
    history = result_tables.history_of(folder.results, supplier_id)
    log = decision_files.log_of(folder.results, supplier_id)
    standing = decision_files.standing(folder.results)
    kept = [] if standing is None else standing.filter(supplier_id=supplier_id).to_dicts()
    return visit.page(
        "supplier.html.j2",
        **results_frame(folder, "suppliers", run.name),
        supplier=supplier_line(row, withheld),
        top_k=manifest["config"]["scoring"]["top_k"],
        withheld=withheld,
        **reasons_shown(result_tables.reasons_of(run, supplier_id), titles),
        sentences=Sentences(visit.words, cards),
        flags=read_flags(run, supplier_id),
        history=[
            {
                **one,
                "line": supplier_line({**row, **{k: one[k] for k in one if k in row}}, withheld),
            }
            for one in history
            if one["is_listed"]
        ],
        kept=kept[0] if kept else None,
        decisions={one: (decision_words(one), DECISIONS[one]) for one in DECISIONS},
        log=[{**one, "words": decision_words(one["decision"])} for one in log],
        role=log[0]["author_role"] if log else "",
        expires=(_today() + _YEAR).isoformat(),
        today=_today().isoformat(),
        languages=LANGUAGES,
        laws=_LAWS,
    )


def decide(visit: Visit) -> Response:
    """Let a decision stand, or take it back, and bring it into the outputs."""
    from flows.desk.lists import result_tables
    from flows.desk.views.supplier_view import decision_of
    from flows.run.decisions import decision_files

    folder = list_of(visit)
    run, row = _supplier(folder, visit.form.get("run", ""), visit.form.get("supplier", ""))
    supplier_id = str(row["supplier_id"])
    with in_turn(folder.path / "decisions.lock"):
        if visit.form.get("take_back") == "yes":
            role = shown_name(visit.form.get("author_role", "")) or visit.session.role
            decision_files.take_back(folder.results, supplier_id, role, run.name)
        else:
            decision = decision_of(visit.form, supplier_id, _today())
            try:
                decision_files.keep_one(
                    folder.results, decision, result_tables.supplier_ids(run), run.name
                )
            except DataRejectedError as error:
                # The row is that of a file, which the form has not.
                raise UsageError(str(error).partition(": ")[2]) from error
    start_job(visit, folder, "decide")
    return to(_page_of(folder, run, supplier_id), "decided")


def bring_into_force(visit: Visit) -> Response:
    """Write the outputs again where an attempt to was cut off."""
    folder = list_of(visit)
    start_job(visit, folder, "decide")
    return to(f"/lists/{folder.list_id}/results")


def decide_state(visit: Visit) -> Response:
    """Asked every second while outputs are written: reloads the page when they are."""
    if state_of(list_of(visit), "decide").status == "running":
        return Response(status_code=204)
    return Response(headers={"HX-Refresh": "true"})


def dossier(visit: Visit) -> Response:
    """The printable page about a supplier."""
    from flows.run.results import supplier_documents

    folder = list_of(visit)
    run, row = _supplier(folder, visit.query.get("run", ""), visit.query.get("supplier", ""))
    text = supplier_documents.dossier(folder.results, run, str(row["supplier_id"]))
    return _document(text)


def notice(visit: Visit) -> Response:
    """Write the notice to a supplier with its receipt, and show it."""
    from flows.run.results import supplier_documents

    folder = list_of(visit)
    run, row = _supplier(folder, visit.form.get("run", ""), visit.form.get("supplier", ""))
    contact = shown_name(visit.form.get("contact", ""))
    if not contact:
        raise UsageError(
            message("the notice needs an address where the supplier can object; give one")
        )
    language = visit.form.get("language", "en")
    with in_turn(folder.path / "decisions.lock"):
        file = supplier_documents.write_notice(
            folder.results, run, str(row["supplier_id"]), language, contact
        )
    return _document(file.read_text(encoding="utf-8"))


def pack(visit: Visit) -> Response:
    """Write the evidence pack of a supplier and send it."""
    from flows.run.results import supplier_documents

    folder = list_of(visit)
    run, row = _supplier(folder, visit.form.get("run", ""), visit.form.get("supplier", ""))
    law = visit.form.get("law", "")
    if law not in _LAWS:
        raise UsageError(message("this law is not known; choose one of the list"))
    (file,) = supplier_documents.write_packs(
        folder.results, run.name, [str(row["supplier_id"])], law
    )
    return FileResponse(file, filename=file.name, media_type="application/zip")


def results_frame(folder: ListFolder, tab: str, shown: str) -> dict[str, Any]:
    """What the frame around the pages of a run shows, with what its outputs do not show yet."""
    from flows.run.decisions import decision_files
    from flows.run.folders.publication import latest_run
    from flows.run.folders.published_runs import read_manifest

    latest = latest_run(folder.results)
    job = state_of(folder, "decide")
    used = "" if latest is None else read_manifest(folder.results / latest).get(
        "decisions", {}).get("sha256", "")  # fmt: skip
    is_open = latest is not None and used != decision_files.fingerprint(folder.results)
    note = str(job.outcome.get("note") or job.outcome.get("sentence") or "")
    return {
        **frame_of(folder, "/results"),
        "tab": tab,
        "shown": shown,
        "is_latest": shown == latest,
        "is_writing": job.status == "running",
        "not_written": is_open and job.status != "running",
        "write_note": note if is_open else "",
    }


#: As `reports.documents.notice.LANGUAGES`, with names in the languages themselves.
LANGUAGES = {
    "en": "English", "es": "Español", "fr": "Français", "pt": "Português",
    "id": "Bahasa Indonesia", "vi": "Tiếng Việt", "de": "Deutsch", "ar": "العربية",
}  # fmt: skip
#: As `reports.exports.packs.laws.LAWS`.
_LAWS = {
    "csddd": "Directive (EU) 2024/1760 (CSDDD)",
    "eu-2024-3015": "Regulation (EU) 2024/3015 on products made with forced labour",
    "lksg": "German supply chain act (LkSG)",
    "uflpa": "Uyghur Forced Labor Prevention Act (UFLPA)",
}


def _supplier(folder: ListFolder, run: str, supplier_id: str) -> tuple[Path, dict[str, Any]]:
    from flows.desk.lists import result_tables

    found = run_folder_of(folder, run)
    row = result_tables.supplier_row(found, supplier_id)
    if row is None:
        raise NotFoundError(message("The run has no such supplier."))
    return found, row


def _page_of(folder: ListFolder, run: Path, supplier_id: str) -> str:
    query = urlencode({"run": run.name, "supplier": supplier_id})
    return f"/lists/{folder.list_id}/supplier?{query}"


def _document(text: str) -> Response:
    return Response(
        text, media_type="text/html", headers={"content-security-policy": REPORT_POLICY}
    )


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


PAGES = (
    Page("GET", "/lists/{list_id}/suppliers", "read", suppliers),
    Page("GET", "/lists/{list_id}/supplier", "read", supplier),
    Page("GET", "/lists/{list_id}/dossier", "read", dossier),
    Page("GET", "/lists/{list_id}/decide-state", "read", decide_state),
    Page("POST", "/lists/{list_id}/decisions", "decide", decide, "decide on supplier"),
    Page("POST", "/lists/{list_id}/decisions/write", "decide", bring_into_force,
         "bring decisions into force"),
    Page("POST", "/lists/{list_id}/notice", "decide", notice, "write notice"),
    Page("POST", "/lists/{list_id}/pack", "decide", pack, "write evidence pack"),
)  # fmt: skip
