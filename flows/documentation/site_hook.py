"""Hook of MkDocs: adds the generated reference pages, and keeps the site free of foreign files.

The pages are not committed, so that they cannot differ from the code
(docs/adr/0010-generated-reference.md).
"""

from __future__ import annotations

import re

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from flows.documentation.reference_pages import REFERENCE_PAGES

#: What a browser fetches by itself; links that a reader follows are not meant.
_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio)\b[^>]*\ssrc=[\"']?(https?:)?//[^>]*>"
    r"|<link\b(?![^>]*\brel=[\"']?(?:canonical|next|prev)\b)[^>]*\shref=[\"']?(https?:)?//[^>]*>",
    re.IGNORECASE,
)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds each page to the files of the site, as if it lay in `docs/`."""
    for path, write in REFERENCE_PAGES.items():
        files.append(File.generated(config, path, content=write()))
    return files


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Leaves the page as it is.

    Raises:
        PluginError: the page would fetch something from another address when it is read.
    """
    found = _FETCHED.search(output)
    if found:
        raise PluginError(f"{page.file.src_uri}: the page fetches from the network: {found[0]}")
    return output
