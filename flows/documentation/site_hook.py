"""Hook of MkDocs: adds the generated reference pages to the site when it is built.

The pages are not committed, so that they cannot differ from the code (docs/adr/0010).
"""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from flows.documentation.reference_pages import REFERENCE_PAGES


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds each page to the files of the site, as if it lay in `docs/`."""
    for path, write in REFERENCE_PAGES.items():
        files.append(File.generated(config, path, content=write()))
    return files
