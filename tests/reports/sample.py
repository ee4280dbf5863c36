"""A small made-up bundle: ranked and unranked suppliers, one with hostile text."""

import datetime as dt
import random

import polars as pl

from reports.bundle import ReportBundle
from signals.card import (
    Collection,
    EvidenceGrade,
    IloIndicator,
    IloLink,
    Licence,
    Pillar,
    SignalCard,
    SourceCard,
)

HOSTILE_NAMES = (
    "<script>alert('x')</script></script><!--",
    '=HYPERLINK("http://example.invalid","click")',
    "Sunrise \u202egnidart\u202c Mills",
    "Long " + "name " * 800,
    "Café Müller 🏭 株式会社 & Söhne \u2028 line",
)
AS_OF = dt.date(2024, 3, 1)

_COUNTRIES = (
    ("BR", "BRA"), ("IN", "IND"), ("VN", "VNM"), ("TR", "TUR"), ("CI", "CIV"), ("ID", "IDN"),
)  # fmt: skip
_SECTORS = ("1392", "1410", "0145", "1040", "2392")
_WORDS = ("Alder", "Banyan", "Cedar", "Dogwood", "Elm", "Fig", "Ginkgo", "Hazel", "Ivy", "Juniper")
_KINDS = ("Textiles", "Palm Mill", "Garments", "Ceramics", "Farms", "Foods")


def source_card(source_id: str, title: str, *, redistributable: bool = True) -> SourceCard:
    return SourceCard(
        id=source_id,
        title=title,
        publisher="Example Institute",
        url="https://example.org/data",
        licence=Licence(
            id="CC-BY-4.0" if redistributable else "Terms of use",
            url="https://creativecommons.org/licenses/by/4.0/",
            redistributable=redistributable,
            commercial_use=True,
        ),
        held_by="the publisher",
        collection=Collection.REMOTE_SENSING,
        cadence="yearly",
        publication_lag_days=120,
        coverage="world, 2001 on",
        expected_rows=(1, 1000),
        citation=f"Example Institute (2024). {title}. Version 3.",
    )


def signal_card(
    signal_id: str, title: str, pillar: Pillar, unit: str, source: str, grade: EvidenceGrade
) -> SignalCard:
    is_context = pillar is Pillar.CONTEXT
    link = IloLink(indicator=IloIndicator.ABUSIVE_CONDITIONS, strength=2, path="driver")
    return SignalCard(
        id=signal_id,
        title=title,
        pillar=pillar,
        sources=(source,),
        inputs=("stg_example",),
        unit=unit,
        direction=1,
        ilo=() if is_context else (link,),
        evidence_grade=grade,
        support="supplier",
        lag="one year",
        max_age_days=900,
        valid_range=(-100.0, 100.0),
        limits=("It does not tell who caused the change or who works there.",),
        references=("Example (2020), Journal of Examples 1(2).",),
        sentence="{title}: {value}",
    )


SOURCES = {
    card.id: card
    for card in (
        source_card("accounts_csv", "Company accounts as filed"),
        source_card("hansen_gfc", "Global Forest Change"),
        source_card("precipitation", "Monthly precipitation"),
        source_card("ledger", "Your purchase ledger"),
        source_card("country_table", "Country governance table"),
    )
}
SIGNALS = {
    card.id: card
    for card in (
        signal_card("altman_z_double_prime", "Altman Z″ (distress of accounts)",
                    Pillar.FINANCIAL, "Z″ points", "accounts_csv", EvidenceGrade.B),
        signal_card("forest_loss_rate", "Forest loss around the sites",
                    Pillar.LAND_USE, "share of forest per year", "hansen_gfc", EvidenceGrade.C),
        signal_card("drought_spi12", "Drought over twelve months",
                    Pillar.ENVIRONMENT, "SPI-12", "precipitation", EvidenceGrade.C),
        signal_card("late_payment", "Your late payments to this supplier",
                    Pillar.PURCHASING, "days late", "ledger", EvidenceGrade.B),
        signal_card("governance_prior", "Rule of law in the country",
                    Pillar.CONTEXT, "risk 0-1", "country_table", EvidenceGrade.D),
    )
}  # fmt: skip
_RANGES = {
    "altman_z_double_prime": (-2.0, 6.0),
    "forest_loss_rate": (0.0, 0.05),
    "drought_spi12": (-2.5, 1.0),
    "late_payment": (0.0, 60.0),
    "governance_prior": (0.2, 0.9),
}


def sample_bundle(
    count: int = 28,
    insufficient: int = 6,
    *,
    is_synthetic: bool = True,
    hostile: bool = True,
    sources: dict[str, SourceCard] | None = None,
    manifest: dict[str, object] | None = None,
) -> ReportBundle:
    """`count` suppliers, the last `insufficient` of them without a score; seeded."""
    probability = random.Random(7)
    ids = [f"S-{number:05d}" for number in range(1, count + 1)]
    names = [
        f"{_WORDS[n % 10]} {_WORDS[(n // 10 + 3) % 10]} {_KINDS[n % 6]} {n + 1}"
        for n in range(count)
    ]
    if hostile:
        for place, name in zip((1, 3, 5, 7, count - 2), HOSTILE_NAMES, strict=True):
            names[place] = name
    scored = count - insufficient
    contributions = [
        row
        for n, supplier_id in enumerate(ids)
        for row in _contributions(probability, supplier_id, is_scored=n < scored)
    ]
    return ReportBundle(
        title="Apparel and palm oil suppliers",
        is_synthetic=is_synthetic,
        run_id="20240301-0a1b2c3d",
        as_of=AS_OF,
        scores=_scores(probability, ids, scored),
        contributions=pl.LazyFrame(
            contributions, infer_schema_length=None, schema_overrides={"stderr": pl.Float64}
        ),
        suppliers=_suppliers(ids, names),
        sites=_sites(ids),
        rejected=pl.DataFrame(
            {
                "table_name": ["stg_suppliers", "stg_suppliers", "stg_sites"],
                "source_file": ["list.csv", "list.csv", "list.csv"],
                "source_row": [12, 40, 9],
                "supplier_id": ["90", None, None],
                "name": ["Delta Fabrics", None, None],
                "rule": ["country_unknown", "country_unknown", "latitude_in_range"],
                "reason": ["no country of that name", "no country of that name", "latitude is 912"],
            }
        ),
        site_signal_values=pl.DataFrame(
            {
                "site_id": [f"{supplier_id}-a" for supplier_id in ids],
                "supplier_id": ids,
                "signal_id": ["forest_loss_rate"] * count,
                "period": ["2021-2023"] * count,
                "value": [round(probability.uniform(0, 0.05), 5) for _ in ids],
                "stderr": [0.002] * count,
                "quality": [0.9] * count,
                "observed_to": [dt.date(2023, 12, 31)] * count,
            }
        ),
        signal_cards=SIGNALS,
        source_cards=SOURCES if sources is None else sources,
        manifest=_manifest() if manifest is None else manifest,
        top_k=5,
    )


def _manifest() -> dict[str, object]:
    return {
        "run_id": "20240301-0a1b2c3d",
        "config": {
            "scoring": {
                "exponent": 2.0,
                "top_k": 5,
                "pillars": {
                    "financial": 1.0,
                    "land_use": 1.0,
                    "environment": 1.0,
                    "sentiment": 1.0,
                    "purchasing": 1.0,
                },
                "missing": {"minimum_coverage": 0.3, "minimum_own_pillars": 1},
            }
        },
        "uncertainty": {"certain": 1, "interchangeable": 8},
        "started_at": "2024-03-01T06:00:00+00:00",
        "sources": [
            {"source_id": "hansen_gfc", "title": "Global Forest Change", "status": "read"},
            {"source_id": "accounts_csv", "title": "Company accounts as filed", "status": "read"},
            {"source_id": "country_table", "title": "Country governance table", "status": "read"},
            {"source_id": "ledger", "title": "Your purchase ledger", "status": "read"},
            {
                "source_id": "precipitation",
                "title": "Monthly precipitation",
                "status": "unavailable",
                "reason": "the publisher did not answer in 30 seconds",
            },
        ],
        "warnings": [
            "Source Monthly precipitation gave nothing: the publisher did not answer in 30 seconds."
        ],
    }


def _scores(probability: random.Random, ids: list[str], scored: int) -> pl.DataFrame:
    values = sorted((round(probability.uniform(8, 82), 6) for _ in range(scored)), reverse=True)
    rows = []
    for n, supplier_id in enumerate(ids):
        score = values[n] if n < scored else None
        rows.append(
            {
                "supplier_id": supplier_id,
                "score": score,
                "priority_band": _priority_band(score),
                "evidence_coverage": 0.25 if score is None else (1.0, 0.8125, 0.625)[n % 3],
                "ilo_indicator_coverage": 0.12,
                "pillars_with_evidence": 1 if score is None else 3,
                "rank": None if score is None else n + 1,
                "rank_p05": None if score is None else max(1, n - 2),
                "rank_p95": None if score is None else min(scored, n + 5),
                "prob_top_k": None if score is None else max(0.0, 1.0 - n / 10),
                "country_context_score": round(probability.uniform(20, 80), 4),
                "score_absolute_scale": score,
                "score_vs_peers": None if score is None else round(probability.uniform(5, 95), 4),
                "score_best_case": None if score is None else max(0.0, score - 4 - n % 12),
                "score_worst_case": None if score is None else min(100.0, score + 5 + n % 20),
                "peer_median_score": None if score is None else 35.0,
                "peer_group": "sector section, region",
                "peer_group_size": 43,
                "priority_band_note": None,
                "insufficient_reason": None
                if score is not None
                else "Evidence from one pillar only; two are needed.",
                "lowest_cost_data_gap": None
                if score is not None
                else "the exact location of its main site",
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _priority_band(score: float | None) -> str:
    if score is None:
        return "insufficient_information"
    floors = (("first_priority", 60), ("second_priority", 40), ("third_priority", 20))
    return next((priority_band for priority_band, floor in floors if score >= floor), "few_signals")


def _contributions(
    probability: random.Random, supplier_id: str, *, is_scored: bool
) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for signal_id, card in SIGNALS.items():
        low, high = _RANGES[signal_id]
        is_context = card.pillar is Pillar.CONTEXT
        is_seen = is_context or (
            probability.random() < 0.8 if is_scored else signal_id == "forest_loss_rate"
        )
        value = round(probability.uniform(low, high), 5)
        peer = round((low + high) / 2, 5)
        is_used = is_seen and is_scored and not is_context
        rows.append(
            {
                "supplier_id": supplier_id,
                "signal_id": signal_id,
                "pillar": card.pillar.value,
                "status": "observed" if is_seen else probability.choice(["not_covered", "too_old"]),
                "value": value if is_seen else None,
                "stderr": None,
                "unit": card.unit,
                "peer_value": peer if is_seen else None,
                "risk": round((value - low) / (high - low), 6) if is_seen else None,
                "peer_risk": 0.5 if is_seen else None,
                "weight": 0.0 if is_context else 0.2,
                "points": round(probability.uniform(-14, 22), 6) if is_used else 0.0,
                "period": "2021-2023" if is_seen else None,
                "data_through": dt.date(2023, 12, 31) if is_seen else None,
                "candidate_sources": card.sources[0],
                "source_file": "https://example.org/data/file.tif" if is_seen else None,
                "source_used": card.sources[0] if is_seen else None,
                "sentence": f"{card.title}: {value:.3g} {card.unit}; typical of peers {peer:.3g}."
                if is_seen
                else f"{card.title}: no usable value.",
            }
        )
    return rows


def _suppliers(ids: list[str], names: list[str]) -> pl.DataFrame:
    places = [_COUNTRIES[n % len(_COUNTRIES)] for n in range(len(ids))]
    nothing = pl.lit(None, dtype=pl.String)
    return pl.DataFrame(
        {
            "supplier_id": ids,
            "name": names,
            "country_iso2": [iso2 for iso2, _ in places],
            "country_iso3": [iso3 for _, iso3 in places],
            "sector": [_SECTORS[n % len(_SECTORS)] for n in range(len(ids))],
            "annual_spend": [1000.0 * (n + 1) for n in range(len(ids))],
            "currency": ["EUR"] * len(ids),
            "workforce_band": [("50-249", "250-999", None)[n % 3] for n in range(len(ids))],
            "priority_band": [1 + n % 3 for n in range(len(ids))],
            "source_file": ["list.csv"] * len(ids),
            "source_row": list(range(2, len(ids) + 2)),
        }
    ).with_columns(
        *(
            nothing.alias(name)
            for name in (
                "subregion", "sector_section", "commodity_hs", "lei", "cik", "company_number",
                "os_id", "parent",
            )
        )
    )  # fmt: skip


def _sites(ids: list[str]) -> pl.DataFrame:
    rows = []
    for n, supplier_id in enumerate(ids):
        is_exact = n % 4 != 3
        rows.append(
            {
                "site_id": f"{supplier_id}-a",
                "supplier_id": supplier_id,
                "site_name": f"Works {n + 1}",
                "country_iso3": _COUNTRIES[n % len(_COUNTRIES)][1],
                "admin_area": "North district",
                "latitude": 12.34567 + n / 1000,
                "longitude": 45.67891,
                "geometry_wkt": None,
                "location_precision": "exact" if is_exact else "country",
                "location_reason": None
                if is_exact
                else "the point is the centre of the country, which stands for a failed geocode",
                "has_measurable_location": is_exact,
                "location_is_public": n % 2 == 0,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)
