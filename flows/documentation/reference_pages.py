"""All generated pages of the documentation, by their path below `docs/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.documentation.catalogue_pages import signals_page, sources_page
from flows.documentation.cli_page import cli_page
from flows.documentation.configuration_page import configuration_page
from flows.documentation.data_points_page import data_points_page
from flows.documentation.exports_page import exports_page
from flows.documentation.keys_page import keys_page
from flows.documentation.outputs_page import outputs_page
from flows.documentation.snapshot_page import snapshot_page
from flows.documentation.validity_page import validity_page

#: Path below `docs/` to what writes the page.
REFERENCE_PAGES: Mapping[str, Callable[[], str]] = {
    "reference/cli.md": cli_page,
    "reference/configuration.md": configuration_page,
    "reference/data-points.md": data_points_page,
    "reference/exports.md": exports_page,
    "reference/keys.md": keys_page,
    "reference/outputs.md": outputs_page,
    "reference/signals.md": signals_page,
    "reference/snapshot.md": snapshot_page,
    "reference/sources.md": sources_page,
    "reference/validity.md": validity_page,
}
