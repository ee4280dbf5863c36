"""Small pages of their own: one style, no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib

from markupsafe import Markup, escape

from reports.documents.page_templates import asset, templates
from reports.languages.catalogue import REVIEW_NOTE, Translator
from reports.languages.sentences import Sentences
from reports.tables.shown_figures import percent_text, points_text


def hash_source(text: str) -> str:
    """How a content security policy names a text that it lets in."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def said(sentences: Sentences, text: object) -> Markup:
    """A text of the run in the language of the page, or marked as English; None is no text."""
    if text is None:
        return Markup("")
    shown = sentences.text(str(text))
    if sentences.is_english(shown):
        return Markup('<span lang="en" dir="ltr">{}</span>').format(shown)
    return escape(shown)


def language_parts(words: Translator, sentences: Sentences) -> dict[str, object]:
    """What a template writes its texts, sentences, numbers and days with."""
    is_english = words.language == "en"
    return {
        "language": words.language,
        "tr": words.text,
        "trn": words.count,
        "said": lambda text: said(sentences, text),
        "number": words.number,
        "decimal": words.decimal,
        "day": lambda day: day.isoformat() if is_english else words.date(day),
        "review_note": "" if words.is_reviewed else words.text(REVIEW_NOTE),
        "review_note_english": REVIEW_NOTE,
    }


def page(template: str, style_name: str, **parts: object) -> str:
    """A page whose policy lets in its own style and nothing else; all text is escaped.

    Templates have the filters `points` and `percent` of `reports.tables.shown_figures`.

    Args:
        template: name of a template among the assets.
        style_name: name of its style sheet.
        parts: what the template shows.
    """
    style = asset(style_name)
    environment = templates({"points": points_text, "percent": percent_text})
    policy = (
        f"default-src 'none'; style-src {hash_source(style)}; base-uri 'none'; form-action 'none'"
    )
    return environment.get_template(template).render(style=Markup(style), policy=policy, **parts)
