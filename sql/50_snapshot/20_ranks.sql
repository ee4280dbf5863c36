create table ranks (
    run_id varchar not null,
    supplier_id varchar not null,
    rank bigint,
    rank_p05 bigint,
    rank_p95 bigint,
    prob_top_k double,
    score double,
    priority_band varchar,
    evidence_coverage double
);
comment on table ranks is 'One row per supplier of every run in runs.';
comment on column ranks.run_id is 'run that made the row';
comment on column ranks.supplier_id is 'the supplier''s id in your list';
comment on column ranks.rank is '1 = highest priority; null without a score';
comment on column ranks.rank_p05 is 'lower end of the 90 % interval of the rank';
comment on column ranks.rank_p95 is 'upper end of the 90 % interval of the rank';
comment on column ranks.prob_top_k is 'share of the simulations in which the supplier is within the audit budget';
comment on column ranks.score is 'priority score; null where the evidence is insufficient';
comment on column ranks.priority_band is 'priority band by its id';
comment on column ranks.evidence_coverage is 'share of the applicable evidence weight that is observed';
