import pytest

from configs.config_errors import UsageError
from flows.run.request.run_request import settings_of, with_language
from reports.languages.catalogue import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_of_the_command_line_is_that_of_the_report(language: str) -> None:
    settings = settings_of(None, with_language(["title=Ours"], language))
    assert (settings.language, settings.title) == (language, "Ours")


def test_without_a_language_that_of_the_profile_stays_and_another_is_rejected() -> None:
    assert with_language(None, None) == []
    assert settings_of(None).language == "en"
    with pytest.raises(UsageError, match="language"):
        settings_of(None, ["language=xx"])
