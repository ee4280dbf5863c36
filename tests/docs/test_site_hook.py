from types import SimpleNamespace
from typing import Any, cast

import pytest
from mkdocs.exceptions import PluginError

from flows.documentation.site_hook import on_post_page

PAGE = cast(Any, SimpleNamespace(file=SimpleNamespace(src_uri="index.md")))
CONFIG = cast(Any, None)


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        "<script defer src=//cdn.example/x.js></script>",
        '<link rel="stylesheet" href="https://fonts.example/css">',
        '<img alt="" src="http://pictures.example/a.png">',
    ],
)
def test_a_page_that_fetches_from_the_network_stops_the_build(html: str) -> None:
    with pytest.raises(PluginError, match=r"index\.md: the page fetches"):
        on_post_page(f"<head>{html}</head>", PAGE, CONFIG)


@pytest.mark.parametrize(
    "html",
    [
        '<script src="../assets/javascripts/bundle.js"></script>',
        '<link rel="stylesheet" href="assets/main.css">',
        '<link rel="canonical" href="https://site.example/">',
        '<a href="https://www.oecd.org/">OECD</a>',
    ],
)
def test_its_own_files_and_links_for_readers_pass(html: str) -> None:
    assert on_post_page(html, PAGE, CONFIG) == html
