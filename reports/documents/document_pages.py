"""Small pages of their own: one style, no script, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from reports.tables.shown_figures import percent_text, points_text


def asset(name: str) -> str:
    """The text of a file among the assets."""
    return files("reports").joinpath("assets", name).read_text(encoding="utf-8")


def hash_source(text: str) -> str:
    """How a content security policy names a text that it lets in."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def page(template: str, style_name: str, **parts: object) -> str:
    """A page whose policy lets in its own style and nothing else; all text is escaped.

    Templates have the filters `points` and `percent` of `reports.tables.shown_figures`.

    Args:
        template: name of a template among the assets.
        style_name: name of its style sheet.
        parts: what the template shows.
    """
    style = asset(style_name)
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"points": points_text, "percent": percent_text}
    policy = (
        f"default-src 'none'; style-src {hash_source(style)}; base-uri 'none'; form-action 'none'"
    )
    return environment.from_string(asset(template)).render(
        style=Markup(style), policy=policy, **parts
    )
