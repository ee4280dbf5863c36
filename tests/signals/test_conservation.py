"""What comes into a source is used, rejected or out of scope, and nothing else."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from signals.account import Account, Unit
from signals.card import SourceCard
from signals.conservation import YIELDS_NOTHING, UnbalancedError, data_through, settle, stage_source
from signals.fetching.source_tables import rejected_file
from signals.registry import sources
from signals.source import REJECTED_SCHEMA, RawFile, Staged
from signals.source_errors import SourceUnavailableError
from signals.sources.land import landsat
from suppliers.input_errors import DataRejectedError
from tests.signals.builders import context, sites

CARD = sources()["news_csv"].CARD.model_copy(update={"counts": (Unit.FILE,)})
BY_ROW = CARD.model_copy(update={"counts": (Unit.FILE, Unit.ROW)})
DAY = dt.date(2024, 1, 31)


def raw(name: str, folder: str = "/m") -> RawFile:
    origin = f"{folder}/{name}"
    return RawFile("news_csv", origin, origin, "0", dt.datetime(2024, 1, 1), 1, name)


def rows(*origins: str, day: dt.date = DAY) -> pl.DataFrame:
    schema = {"origin": pl.String, "observed_to": pl.Date, "published_on": pl.Date}
    return pl.DataFrame([(one, day, day) for one in origins], schema=schema, orient="row")


def rejected(*of: tuple[str, int | None, str]) -> pl.DataFrame:
    return pl.DataFrame([(*one, "why") for one in of], schema=REJECTED_SCHEMA, orient="row")


def counted(
    card: SourceCard, read: int, used: int, bad: pl.DataFrame, beyond: Mapping[str, int] | None
) -> Mapping[str, object]:
    account = Account()
    account.count(Unit.ROW, raw("a.csv"), read=read, used=used, out_of_scope=beyond)
    settled = settle(card, [raw("a.csv")], [Staged("t", rows("/m/a.csv"), bad, account)])
    return settled.balances[Unit.ROW].record()


def test_files_are_used_rejected_or_out_of_scope() -> None:
    account = Account()
    account.use(raw("index.json"))
    account.leave_out(raw("else.csv"), "about nobody on the list")
    files = [raw(name) for name in ("a.csv", "zip.zip", "index.json", "else.csv", "bad.csv")]
    staged = Staged(
        "t",
        rows("/m/a.csv", "/m/zip.zip#inner.html"),
        rejected(("bad.csv", None, "unreadable_file")),
        account,
    )
    settled = settle(CARD, files, [staged])
    assert settled.balances[Unit.FILE].record() == {
        "read": 5,
        "used": 3,
        "rejected": {"unreadable_file": 1},
        "out_of_scope": {"about nobody on the list": 1},
    }
    (table,) = settled.tables
    assert table.rows is staged.rows
    assert table.rejected.equals(staged.rejected)


@pytest.mark.parametrize("silent", [1, 2, 5])
def test_a_file_of_which_nothing_is_said_becomes_a_rejected_row(silent: int) -> None:
    files = [raw("a.csv"), *(raw(f"silent-{n}.csv") for n in range(silent))]
    settled = settle(CARD, files, [Staged("t", rows("/m/a.csv")), Staged("u", rows())])
    found = settled.tables[0].rejected
    assert found["source_file"].to_list() == [f"silent-{n}.csv" for n in range(silent)]
    assert set(found["rule"]) == {YIELDS_NOTHING}
    assert settled.balances[Unit.FILE].record()["rejected"] == {YIELDS_NOTHING: silent}


def test_a_file_that_is_used_elsewhere_is_not_out_of_scope() -> None:
    account = Account()
    account.leave_out(raw("a.csv"), "of a time that is not asked for")
    account.use(raw("a.csv"))
    settled = settle(CARD, [raw("a.csv")], [Staged("t", rows(), account=account)])
    assert settled.balances[Unit.FILE].used == 1


def test_a_row_that_breaks_two_rules_is_rejected_once() -> None:
    bad = rejected(("a.csv", 3, "one"), ("a.csv", 3, "two"), ("a.csv", 4, "two"), ("b.csv", 3, "x"))
    assert counted(BY_ROW, 6, 3, bad, {"ended": 1}) == {
        "read": 6,
        "used": 3,
        "rejected": {"one": 1, "two": 1},
        "out_of_scope": {"ended": 1},
    }


@pytest.mark.parametrize(
    ("read", "used", "beyond"),
    [(6, 3, {}), (4, 3, {"ended": 1}), (3, 3, {}), (0, 1, {}), (9, 3, {"ended": 3})],
    ids=[
        "a row is lost",
        "a row is counted twice",
        "used and rejected",
        "from nowhere",
        "one short",
    ],
)
def test_counts_that_do_not_add_up_are_an_error_of_the_source(
    read: int, used: int, beyond: dict[str, int]
) -> None:
    bad = rejected(("a.csv", 3, "one"), ("a.csv", 4, "two"))
    with pytest.raises(UnbalancedError, match=rf"news_csv: a\.csv: {read} rows were read") as error:
        counted(BY_ROW, read, used, bad, beyond)
    assert isinstance(error.value, SourceUnavailableError)


def test_a_unit_that_the_card_promises_must_be_counted() -> None:
    with pytest.raises(UnbalancedError, match="it counts row, and it did not"):
        settle(BY_ROW, [raw("a.csv")], [Staged("t", rows("/m/a.csv"))])


def test_a_file_whose_rows_are_all_out_of_scope_is_out_of_scope() -> None:
    account = Account()
    account.count(Unit.ROW, raw("a.csv"), read=3, used=0, out_of_scope={"x": 1, "y": 2})
    settled = settle(BY_ROW, [raw("a.csv")], [Staged("t", rows(), account=account)])
    assert settled.balances[Unit.FILE].record()["out_of_scope"] == {"y": 1}


def test_data_reach_as_far_as_the_rows_that_were_known() -> None:
    later = rows("/m/b.csv", day=dt.date(2024, 3, 31))
    running = rows("/m/c.csv").with_columns(observed_to=pl.lit(dt.date(2025, 1, 1)))
    tables = [Staged("t", rows("/m/a.csv")), Staged("u", later)]
    assert data_through([one.rows for one in tables], dt.date(2024, 2, 28)) == DAY
    assert data_through([one.rows for one in tables], dt.date(2024, 6, 1)) == dt.date(2024, 3, 31)
    assert data_through([one.rows for one in tables], dt.date(2023, 6, 1)) is None
    assert data_through([running], dt.date(2024, 6, 1)) == dt.date(2024, 6, 1)


def test_pages_of_a_catalogue_without_a_scene_are_accounted_for(tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "empty.json").write_text('{"type": "FeatureCollection", "features": []}')
    (mirror / "no_item.json").write_text('{"type": "FeatureCollection", "features": [7]}')
    (mirror / "cut.json").write_text('{"type": "Feat')
    using = context(tmp_path, mirror=mirror, site_rows=sites())
    files = landsat.pull(using)
    balances = stage_source(landsat, files, using).balances
    assert balances[Unit.FILE].record() == {
        "read": 3,
        "used": 0,
        "rejected": {"unreadable_file": 2},
        "out_of_scope": {"an answer that holds no entry": 1},
    }
    assert balances[Unit.LAYER].record() == {
        "read": 1,
        "used": 0,
        "rejected": {"unreadable_file": 1},
        "out_of_scope": {},
    }


def test_files_of_one_name_in_two_folders_are_apart() -> None:
    files = [raw("a.csv", "/m/2023"), raw("a.csv", "/m/2024"), raw("a.csv", "/n/2024")]
    settled = settle(CARD, files, [Staged("t", rows("/m/2023/a.csv"))])
    assert settled.balances[Unit.FILE].record()["rejected"] == {YIELDS_NOTHING: 2}
    found = settled.tables[0].rejected["source_file"].to_list()
    assert found == ["m/2024/a.csv", "n/2024/a.csv"]


def test_a_rejection_is_of_one_of_two_files_of_one_name() -> None:
    files = [raw("a.csv", "/m/2023"), raw("a.csv", "/m/2024")]
    broken = rejected_file(files[0], DataRejectedError("cut off"))
    settled = settle(CARD, files, [Staged("t", rows(), broken)])
    assert settled.balances[Unit.FILE].record()["rejected"] == {
        "unreadable_file": 1,
        YIELDS_NOTHING: 1,
    }
    assert settled.tables[0].rejected.select("source_file", "rule").rows() == [
        ("2023/a.csv", "unreadable_file"),
        ("2024/a.csv", YIELDS_NOTHING),
    ]


def test_a_file_that_is_one_layer_counts_as_the_layer() -> None:
    by_layer = CARD.model_copy(update={"counts": (Unit.FILE, Unit.LAYER)})
    files = [raw(name) for name in ("a.tif", "b.tif", "c.tif", "legend.csv")]
    account = Account()
    account.count_each(Unit.LAYER, files[:3])
    account.leave_out(files[1], "no site of the list lies in it")
    account.use(files[3])
    settled = settle(by_layer, files, [Staged("t", rows("/m/a.tif"), account=account)])
    assert settled.balances[Unit.LAYER].record() == {
        "read": 3,
        "used": 1,
        "rejected": {YIELDS_NOTHING: 1},
        "out_of_scope": {"no site of the list lies in it": 1},
    }


def reader_that_drops_rows(text: str, file: RawFile) -> Staged:
    """A planted fault: rows without a third cell vanish."""
    lines = text.splitlines()[1:]
    kept = [line for line in lines if line.split(",")[2]]
    account = Account()
    account.count(Unit.ROW, file, read=len(lines), used=len(kept), rejected={})
    return Staged("t", rows(*[file.origin] * len(kept)), account=account)


def reader_of_a_shifted_column(text: str, file: RawFile) -> Staged:
    """A planted fault: the empty leading column is skipped in the rows, not in the header."""
    lines = text.splitlines()
    position = lines[0].split(",").index("share")
    cells = [line.lstrip(",").split(",") for line in lines[1:]]
    kept = [row for row in cells if position < len(row) and row[position]]
    account = Account()
    account.count(Unit.ROW, file, read=len(cells), used=len(kept), rejected={})
    return Staged("t", rows(*[file.origin] * len(kept)), account=account)


@pytest.mark.parametrize("reader", [reader_that_drops_rows, reader_of_a_shifted_column])
def test_a_faulty_reader_of_a_new_source_is_caught(
    reader: Callable[[str, RawFile], Staged],
) -> None:
    text = ",country,share\n,BRA,0.2\n,IDN,\n"
    with pytest.raises(UnbalancedError, match=r"2 rows were read, but [01] used"):
        settle(BY_ROW, [raw("a.csv")], [reader(text, raw("a.csv"))])


@pytest.mark.parametrize("name", sources())
def test_every_source_counts_what_its_files_hold(name: str) -> None:
    first, *others = sources()[name].CARD.counts
    assert first is Unit.FILE
    assert others


@pytest.mark.parametrize("name", sources())
def test_a_source_that_keeps_no_account_is_caught(name: str) -> None:
    # A copy: `validate conservation` records what is settled with the cards themselves.
    card = sources()[name].CARD.model_copy()
    with pytest.raises(UnbalancedError, match=f"{name}: its card says that it counts"):
        settle(card, [raw("a.csv")], [Staged("t", rows("/m/a.csv"))])
