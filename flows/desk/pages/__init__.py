"""The pages of the desk, one file each; a page that is not in this list is not served."""

from __future__ import annotations

from flows.desk.pages import (
    check,
    identity,
    months,
    places,
    profiles,
    questions,
    results,
    run,
    short_forms,
    sources,
    start,
    suppliers,
    weights,
)
from flows.desk.pages.page import Page

ALL_PAGES: tuple[Page, ...] = (
    *start.PAGES,
    *check.PAGES,
    *places.PAGES,
    *sources.PAGES,
    *run.PAGES,
    *results.PAGES,
    *suppliers.PAGES,
    *identity.PAGES,
    *months.PAGES,
    *weights.PAGES,
    *profiles.PAGES,
    *questions.PAGES,
    *short_forms.PAGES,
)
