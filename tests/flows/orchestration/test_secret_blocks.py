from types import SimpleNamespace
from typing import Any

import pytest

from configs.config_errors import UsageError
from flows.orchestration import secret_blocks

VALUE = "a-value"


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> Any:
        if name != "firms-map-key":
            raise ValueError(f"Unable to find block document named {name}")
        return SimpleNamespace(get=lambda: VALUE)

    monkeypatch.setattr(secret_blocks.Secret, "load", load)


def test_named_keys_come_from_blocks_and_those_of_the_environment_stay() -> None:
    environment = {secret_blocks.VARIABLE: "FIRMS_MAP_KEY GFW_API_KEY", "GFW_API_KEY": "own"}
    assert secret_blocks.load_keys(environment) == ("FIRMS_MAP_KEY",)
    assert environment["FIRMS_MAP_KEY"] == VALUE
    assert environment["GFW_API_KEY"] == "own"
    assert secret_blocks.load_keys({}) == ()


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("PATH", "PATH is no source's key"),
        ("GFW_API_KEY", "no Secret block gfw-api-key for GFW_API_KEY"),
    ],
)
def test_what_cannot_be_loaded_is_one_sentence(named: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        secret_blocks.load_keys({secret_blocks.VARIABLE: named})
