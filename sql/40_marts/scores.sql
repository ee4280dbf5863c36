create table if not exists scores (
    run_id varchar not null,
    supplier_id varchar not null,
    score double,
    tier varchar not null,
    tier_reason varchar,
    coverage double not null,
    ilo_coverage double not null,
    own_pillars integer not null,
    rank integer,
    rank_low integer,
    rank_high integer,
    p_top_k double,
    own_evidence double,
    prior double,
    absolute_exposure double,
    within_peer_anomaly double,
    score_if_best double,
    score_if_worst double,
    typical_peer_score double,
    peer_level varchar,
    peer_count integer,
    insufficient_reason varchar,
    cheapest_datum varchar,
    constraint score_in_range check (score is null or score between 0 and 100),
    constraint coverage_in_range check (coverage between 0 and 1),
    constraint ranked_iff_scored check ((rank is null) = (score is null)),
    constraint bounds_hold check (score is null or score_if_best is null or score_if_best <= score_if_worst),
    primary key (run_id, supplier_id)
);
comment on column scores.tier_reason is 'Why the tier is not the one that the score reaches; null where it is.';
comment on table scores is 'The result: a priority score of 0-100 from own evidence, or none with the reason. Never a finding.';
comment on column scores.prior is 'Country and sector context on the same 0-100 scale; shown beside the score, not part of it.';
