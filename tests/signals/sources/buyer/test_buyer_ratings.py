import datetime as dt
from pathlib import Path

from signals.sources.buyer import buyer_ratings as source
from tests.signals.builders import context, staged


def test_scores_of_five_suppliers_are_read_and_of_fewer_rejected(tmp_path: Path) -> None:
    mirror = tmp_path / "ratings"
    mirror.mkdir()
    (mirror / "report.csv").write_text(
        "category,score,benchmark,respondents,period_end,published_on\n"
        "payment and terms,48,61,23,2023-12-31,2024-03-01\n"
        "planning,70,,5,2023-12-31,\n"
        "design,70,65,4,2023-12-31,2024-03-01\n"
        "cost,170,65,40,2023-12-31,2024-03-01\n"
        "sourcing,50,65,,2023-12-31,2024-03-01\n"
        "payment and terms,49,61,23,2023-12-31,2024-03-01\n"
    )
    outcome = staged(source, context(tmp_path, mirror=mirror))
    assert outcome.rows.select("category", "score", "benchmark", "published_on").rows() == [
        ("payment and terms", 48.0, 61.0, dt.date(2024, 3, 1)),
        ("planning", 70.0, None, dt.date(2023, 12, 31)),
    ]
    assert dict(outcome.rejected.select("source_row", "rule").rows()) == {
        4: "enough_respondents",
        5: "score_is_0_to_100",
        6: "enough_respondents",
        7: "category_is_unique",
    }
