"""Questions of identity: is a supplier the entry of a register, with both sides shown."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from configs.config_errors import UsageError
from flows.desk.lists.turns import in_turn
from flows.desk.pages.list_pages import list_of, run_folder_of, run_shown, start_job
from flows.desk.pages.page import Page, Visit, to
from flows.desk.pages.suppliers import results_frame

_A_PAGE = 50


def identity(visit: Visit) -> Response:
    """The pairs that a person must decide."""
    from flows.desk.lists import result_tables
    from flows.desk.views.supplier_view import identity_pairs
    from flows.run.decisions import decision_files
    from signals.registry import sources

    folder = list_of(visit)
    shown = run_shown(folder, visit.query.get("run", ""))
    if shown is None:
        return to(f"/lists/{folder.list_id}/results")
    pairs = identity_pairs(
        result_tables.identity_questions(folder.results / shown),
        decision_files.identity_answers(folder.results),
        {name: module.CARD.title for name, module in sources().items()},
    )
    return visit.page(
        "identity.html.j2",
        **results_frame(folder, "identity", shown),
        pairs=pairs[:_A_PAGE],
        more=max(0, len(pairs) - _A_PAGE),
    )


def answer(visit: Visit) -> Response:
    """Keep the answers, and run the month of the newest results again with them."""
    from flows.desk.lists import result_tables
    from flows.desk.views.supplier_view import identity_answers_of
    from flows.run.decisions import decision_files
    from flows.run.folders.publication import latest_as_of
    from suppliers.intake.person_values import rule_of_text

    folder = list_of(visit)
    run = run_folder_of(folder, visit.form.get("run", ""))
    today = dt.datetime.now(dt.UTC).date()
    questions = result_tables.identity_questions(run)[:_A_PAGE]
    answers = identity_answers_of(visit.form, questions, today)
    for one in answers:
        if rule := rule_of_text(one["decision_reason"]):
            raise UsageError(f"a reason is about a person (rule {rule}); write it without")
    if not answers:
        return to(f"/lists/{folder.list_id}/identity", "no-answer")
    with in_turn(folder.path / "decisions.lock"):
        decision_files.keep_identity(folder.results, answers)
    as_of = latest_as_of(folder.results)
    if as_of is None:
        return to(f"/lists/{folder.list_id}/identity", "saved")
    start_job(
        visit, folder, "run", as_of=as_of.isoformat(), user=visit.session.user,
        language=visit.words.language,
    )  # fmt: skip
    return to(f"/lists/{folder.list_id}/run", "answered")


PAGES = (
    Page("GET", "/lists/{list_id}/identity", "read", identity),
    Page("POST", "/lists/{list_id}/identity", "decide", answer, "answer identity questions"),
)
