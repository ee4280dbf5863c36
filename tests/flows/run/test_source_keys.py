import inspect
import re
from types import ModuleType

import pytest

import configs
from configs.config_errors import UsageError
from flows.run.request.source_keys import (
    access_text,
    key_values,
    missing_variables,
    reject_foreign_variables,
)
from signals.access import Access, AccessKind
from signals.registry import sources

ENVIRONMENT = {"FIRMS_MAP_KEY": "abc", "OPENAQ_API_KEY": "", "AWS_SECRET_ACCESS_KEY": "hidden"}


def test_only_the_variables_on_a_card_are_filled_in() -> None:
    card = sources()["firms"].CARD
    assert key_values(card, ENVIRONMENT) == {"FIRMS_MAP_KEY": "abc"}
    assert key_values(sources()["gleif"].CARD, ENVIRONMENT) == {}


def test_an_empty_variable_counts_as_missing() -> None:
    assert missing_variables(sources()["openaq"].CARD, ENVIRONMENT) == ("OPENAQ_API_KEY",)
    assert missing_variables(sources()["firms"].CARD, ENVIRONMENT) == ()


def test_an_address_with_a_variable_of_another_kind_is_rejected() -> None:
    changes = [
        "sources.gleif.enabled=true",
        "sources.gleif.url=https://example.org/{AWS_SECRET_ACCESS_KEY}",
        "sources.openaq.enabled=true",
        "sources.openaq.url=https://example.org/{FIRMS_MAP_KEY}",
    ]
    settings = configs.load(local=None, overrides=changes)
    with pytest.raises(UsageError) as caught:
        reject_foreign_variables(settings)
    text = str(caught.value)
    assert "sources.gleif.url: {AWS_SECRET_ACCESS_KEY} is not a variable of this source" in text
    assert "use {OPENAQ_API_KEY}" in text
    assert "hidden" not in text


def test_the_addresses_of_the_default_configuration_name_variables_of_their_cards() -> None:
    names = list(sources())
    settings = configs.load(local=None, overrides=[f"sources.{n}.enabled=true" for n in names])
    reject_foreign_variables(settings)


def test_access_in_words() -> None:
    assert access_text(sources()["firms"].CARD) == "free key in FIRMS_MAP_KEY, optional"
    assert access_text(sources()["openaq"].CARD) == "free key in OPENAQ_API_KEY"
    assert access_text(sources()["gleif"].CARD) == "no key"


def test_a_key_must_be_described() -> None:
    with pytest.raises(ValueError, match="name of its variable"):
        Access(kind=AccessKind.FREE_KEY)
    with pytest.raises(ValueError, match="state register_at"):
        Access(kind=AccessKind.FREE_KEY, variables=("A_KEY",))
    with pytest.raises(ValueError, match="variables hold a key"):
        Access(variables=("A_KEY",))


def test_every_key_that_a_source_names_in_its_code_is_on_its_card() -> None:
    for name, module in sources().items():
        assert isinstance(module, ModuleType)
        used = set(re.findall(r"\{([A-Z][A-Z0-9]*_[A-Z0-9_]*)\}", inspect.getsource(module)))
        used = {each for each in used if each.endswith(("_KEY", "_TOKEN", "_SECRET"))}
        assert used <= set(module.CARD.access.variables), name
