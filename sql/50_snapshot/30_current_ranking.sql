create view current_ranking as
select
    r.rank,
    r.supplier_id,
    r.name,
    r.country,
    r.score,
    r.priority_band,
    r.rank_p05,
    r.rank_p95,
    r.prob_top_k,
    r.evidence_coverage,
    r.next_step,
    u.run_id,
    u.as_of
from ranked as r
cross join (select * from runs where is_latest) as u
order by r.rank nulls last, r.prob_top_k desc nulls last, r.supplier_id;
comment on view current_ranking is 'The suppliers of the run that latest names, by rank; those without one come last.';
comment on column current_ranking.rank is '1 = highest priority; null without a score';
comment on column current_ranking.supplier_id is 'the supplier''s id in your list';
comment on column current_ranking.name is 'the supplier''s name in your list';
comment on column current_ranking.country is 'name of the country';
comment on column current_ranking.score is 'priority score; null where the evidence is insufficient';
comment on column current_ranking.priority_band is 'priority band';
comment on column current_ranking.rank_p05 is 'lower end of the 90 % interval of the rank';
comment on column current_ranking.rank_p95 is 'upper end of the 90 % interval of the rank';
comment on column current_ranking.prob_top_k is 'share of the simulations in which the supplier is within the audit budget';
comment on column current_ranking.evidence_coverage is 'share of the applicable evidence weight that is observed';
comment on column current_ranking.next_step is 'next step';
comment on column current_ranking.run_id is 'the run that latest names';
comment on column current_ranking.as_of is 'day that the run describes';
