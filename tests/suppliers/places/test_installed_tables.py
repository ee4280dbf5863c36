"""Tables of installed packages: written once, whole or not at all, and never needed."""

from pathlib import Path

import polars as pl
import pytest

from suppliers.places.installed_tables import scan_installed

_TABLE = pl.DataFrame({"code": ["BD", "IN"], "name": ["bangladesh", "india"]})
_PACKAGES = ("countrynames",)


class _Counted:
    """Makes the table and counts how often it is asked to."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> pl.DataFrame:
        self.times += 1
        return _TABLE


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "understory"


def test_a_table_is_made_once(cache: Path) -> None:
    make = _Counted()
    for _ in range(2):
        assert scan_installed("names", _PACKAGES, make).collect().equals(_TABLE)
    assert make.times == 1
    (file,) = cache.iterdir()
    assert file.name.startswith("names_countrynames-")


def test_another_version_of_a_package_has_a_table_of_its_own(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = _Counted()
    scan_installed("names", _PACKAGES, make)
    monkeypatch.setattr("importlib.metadata.version", lambda _: "99.0")
    scan_installed("names", _PACKAGES, make)
    assert make.times == 2
    assert any("99.0" in file.name for file in cache.iterdir())


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table"])
def test_a_file_that_was_cut_off_is_made_again(cache: Path, content: bytes) -> None:
    make = _Counted()
    scan_installed("names", _PACKAGES, make)
    (file,) = cache.iterdir()
    file.write_bytes(content)
    assert scan_installed("names", _PACKAGES, make).collect().equals(_TABLE)
    assert make.times == 2
    assert pl.read_parquet(file).equals(_TABLE)


def test_an_installation_without_a_folder_to_write_makes_the_table_in_memory(cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file where the folder would be")
    make = _Counted()
    for _ in range(2):
        assert scan_installed("names", _PACKAGES, make).collect().equals(_TABLE)
    assert make.times == 2


def test_a_user_without_a_home_has_the_table_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert scan_installed("names", _PACKAGES, _Counted()).collect().equals(_TABLE)


def test_a_write_that_fails_leaves_no_file(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    assert scan_installed("names", _PACKAGES, _Counted()).collect().equals(_TABLE)
    assert list(cache.iterdir()) == []
