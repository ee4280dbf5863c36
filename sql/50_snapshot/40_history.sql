create view history as
with last_of_month as (
    select run_id, as_of from runs
    where state = 'published'
    qualify row_number() over (partition by as_of order by finished_at desc, run_id) = 1
)
select
    h.supplier_id,
    m.as_of,
    h.rank,
    lag(h.rank) over (partition by h.supplier_id order by m.as_of) as rank_before,
    h.rank_p05,
    h.rank_p95,
    h.score,
    h.priority_band,
    h.evidence_coverage,
    m.run_id
from ranks as h
join last_of_month as m using (run_id)
order by h.supplier_id, m.as_of;
comment on view history is 'Every supplier in every published month; of a month that was run twice, the later run.';
comment on column history.supplier_id is 'the supplier''s id in your list';
comment on column history.as_of is 'day that the run describes';
comment on column history.rank is '1 = highest priority; null without a score';
comment on column history.rank_before is 'rank in the supplier''s previous published month; null in its first';
comment on column history.rank_p05 is 'lower end of the 90 % interval of the rank';
comment on column history.rank_p95 is 'upper end of the 90 % interval of the rank';
comment on column history.score is 'priority score; null where the evidence is insufficient';
comment on column history.priority_band is 'priority band by its id';
comment on column history.evidence_coverage is 'share of the applicable evidence weight that is observed';
comment on column history.run_id is 'run that made the row';
