create table if not exists scores (
    run_id varchar not null,
    supplier_id varchar not null,
    score double,
    priority_band varchar not null,
    priority_band_note varchar,
    evidence_coverage double not null,
    ilo_indicator_coverage double not null,
    pillars_with_evidence integer not null,
    rank integer,
    rank_p05 integer,
    rank_p95 integer,
    prob_top_k double,
    country_context_score double,
    score_absolute_scale double,
    score_vs_peers double,
    score_best_case double,
    score_worst_case double,
    typical_peer_score double,
    peer_group varchar,
    peer_group_size integer,
    insufficient_reason varchar,
    lowest_cost_data_gap varchar,
    constraint score_in_range check (score is null or score between 0 and 100),
    constraint evidence_coverage_in_range check (evidence_coverage between 0 and 1),
    constraint ranked_iff_scored check ((rank is null) = (score is null)),
    constraint bounds_hold check (score is null or score_best_case is null or score_best_case <= score_worst_case),
    primary key (run_id, supplier_id)
);
comment on column scores.priority_band_note is 'Why the priority band differs from the band of the score; null where it does not.';
comment on table scores is 'The result: a priority score of 0-100 from supplier-specific evidence, or none with the reason. Never a finding.';
comment on column scores.country_context_score is 'Country and sector context on the same 0-100 scale; not part of the score.';
