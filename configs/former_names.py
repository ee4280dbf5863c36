"""Names of earlier versions and what each is called now, so that older files are still read.

A warehouse, a published run, a file of outcomes or a profile that was written by version 0.1 keeps
its names on disk. Every reader takes them from here; nothing writes an old name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

_SCORES = {
    "tier": "priority_band",
    "tier_reason": "priority_band_note",
    "coverage": "evidence_coverage",
    "ilo_coverage": "ilo_indicator_coverage",
    "own_pillars": "pillars_with_evidence",
    "rank_low": "rank_p05",
    "rank_high": "rank_p95",
    "p_top_k": "prob_top_k",
    "prior": "country_context_score",
    "absolute_exposure": "score_absolute_scale",
    "within_peer_anomaly": "score_vs_peers",
    "score_if_best": "score_best_case",
    "score_if_worst": "score_worst_case",
    "peer_level": "peer_group",
    "peer_count": "peer_group_size",
    "cheapest_datum": "lowest_cost_data_gap",
    "typical_peer_score": "peer_median_score",
}
_CONTRIBUTIONS = {
    "own_share": "shrinkage_weight",
    "relevance": "sector_relevance",
    "normalised": "risk",
    "peer_normalised": "peer_risk",
    "observed_to": "data_through",
    "sources": "candidate_sources",
    "origin": "source_file",
}
_MOVEMENTS = {
    "own_data": "rank_change_from_own_data",
    "coverage": "rank_change_from_coverage",
    "peers": "rank_change_from_peers",
    "method": "rank_change_from_method",
}

#: Of the warehouse: columns renamed, by table.
TABLE_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "scores": _SCORES,
        "movements": _MOVEMENTS,
        "supplier_flags": {"via": "matched_via"},
        "supplier_links": {"decided_by": "match_basis", "filled": "identifiers_added"},
    }
)
#: Of the warehouse: columns left out because they repeated another one, by table.
DROPPED_COLUMNS: Mapping[str, Collection[str]] = MappingProxyType({"scores": ("own_evidence",)})

#: Of the warehouse: a staging table that others took the place of, as every run stages again; and
#: the contributions, which the folder of each run has.
RETIRED_TABLES: Sequence[str] = ("stg_precipitation__site_month", "contributions")

#: Files of a published run that had another name.
RUN_FILES: Mapping[str, str] = MappingProxyType(
    {"views": "legal_rankings", "buyer_responsibility": "purchasing_practices"}
)
#: Of a published run: columns renamed, by file name of today without its ending.
RUN_COLUMNS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "ranked": _SCORES
        | {
            "rank_in_country": "rank_within_country",
            "ranked_in_country": "suppliers_ranked_in_country",
            "tier_stability": "prob_same_band",
            "depends_most_on": "main_uncertainty_source",
            "counterfactual": "changes_to_leave_top_k",
            "tier_is_frozen": "priority_band_is_frozen",
            "unknown": "data_gaps",
        },
        "contributions": _CONTRIBUTIONS,
        "movements": _MOVEMENTS,
        "overrides": {"tier_is_frozen": "priority_band_is_frozen"},
        "find_data_first": {
            "place": "priority",
            "chance_in_top_k": "prob_top_k",
            "doubt_removed": "uncertainty_reduction",
            "gives_a_score": "would_enable_score",
            "score_if_best": "score_best_case",
            "score_if_worst": "score_worst_case",
            "coverage": "evidence_coverage",
        },
        "audit_plan": {"arm": "selection_method"},
        "purchasing_practices": {
            "title": "practice_name",
            "measured": "value",
            "reading": "normalised_risk",
            "pressure": "pressure_score",
            "money": "amount",
        },
        "flags": {"via": "matched_via", "why": "reason"},
        "identity_review": {"why": "reason"},
        "fairness": {
            "group_rate": "rate_group",
            "other_rate": "rate_rest",
            "ratio": "rate_ratio",
            "ratio_low": "rate_ratio_low",
            "ratio_high": "rate_ratio_high",
            "verdict": "within_0_80_1_25",
            "beyond_chance": "significant_fdr5",
        },
        "drift": {
            "index": "psi",
            "by_chance": "psi_critical_95",
            "state": "status",
            "values": "n_values",
            "reference_values": "n_reference",
        },
    }
)

#: Columns of a file of outcomes.
OUTCOME_COLUMNS: Mapping[str, str] = MappingProxyType(
    {"unit_id": "entity_id", "learned_on": "known_on"}
)

_CONFIGURATION_KEYS: Mapping[str, str] = MappingProxyType({"scoring.tiers": "priority_bands"})

#: Keys of the configuration that no longer exist, with what to do instead.
REMOVED_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "selection.budget": "the audit budget is scoring.top_k, in the ranking and in the audit "
        "plan; set that one and remove this line"
    }
)


def renamed(columns: Collection[str], former: Mapping[str, str]) -> dict[str, str]:
    """The columns that stand under an earlier name, with the name of today.

    A column that has today's name already is left alone, and so is one whose new name is taken.
    """
    return {old: new for old, new in former.items() if old in columns and new not in columns}


def current_key(block: str, key: str) -> str:
    """The name of today of a key of the configuration, within a block such as `scoring`."""
    return _CONFIGURATION_KEYS.get(f"{block}.{key}", key)
