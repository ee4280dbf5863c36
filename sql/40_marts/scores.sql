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
    peer_median_score double,
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
comment on table scores is 'The result: a priority score of 0-100 from supplier-specific evidence, or none with the reason. Never a finding.';
comment on column scores.run_id is 'run that made the row';
comment on column scores.supplier_id is 'the supplier''s id in your list';
comment on column scores.score is 'priority score; null where the evidence is insufficient';
comment on column scores.priority_band is 'priority band by its id';
comment on column scores.priority_band_note is 'why the band differs from the one that the score reaches; null where it does not';
comment on column scores.evidence_coverage is 'share of the applicable evidence weight that is observed';
comment on column scores.ilo_indicator_coverage is 'strength of the strongest observed link to each of the eleven ILO indicators, over the maximum of three each';
comment on column scores.pillars_with_evidence is 'pillars with supplier-specific evidence';
comment on column scores.rank is '1 = highest priority; null without a score';
comment on column scores.rank_p05 is 'lower end of the 90 % interval of the rank';
comment on column scores.rank_p95 is 'upper end of the 90 % interval of the rank';
comment on column scores.prob_top_k is 'share of the simulations in which the supplier is within the audit budget';
comment on column scores.country_context_score is 'country and sector context; not part of the score';
comment on column scores.score_absolute_scale is 'score when every signal is normalised by fixed goalposts; equals score unless a signal is normalised against peers';
comment on column scores.score_vs_peers is 'weighted power mean of the percentiles among the peers';
comment on column scores.score_best_case is 'score under best-case imputation of missing values';
comment on column scores.score_worst_case is 'score under worst-case imputation of missing values';
comment on column scores.peer_median_score is 'score of a supplier with the peer group''s typical value in every signal that this supplier has';
comment on column scores.peer_group is 'what the members of the peer group share';
comment on column scores.peer_group_size is 'size of the peer group';
comment on column scores.insufficient_reason is 'what is missing for a score; null with a score';
comment on column scores.lowest_cost_data_gap is 'the data item that helps at the lowest cost and who holds it';
