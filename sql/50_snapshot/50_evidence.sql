create view evidence as
select
    r.rank,
    c.supplier_id,
    r.name,
    c.pillar,
    c.signal_id,
    c.value,
    c.unit,
    c.risk,
    c.peer_risk,
    c.weight,
    c.points,
    c.period,
    c.source_used,
    c.sentence
from contributions as c
join ranked as r using (supplier_id)
where c.status = 'observed'
order by r.rank nulls last, c.supplier_id, c.points desc, c.signal_id;
comment on view evidence is 'Every observed value of the run that latest names, by rank, with the largest contributions first.';
comment on column evidence.rank is 'rank of the supplier; null without a score';
comment on column evidence.supplier_id is 'the supplier''s id in your list';
comment on column evidence.name is 'the supplier''s name in your list';
comment on column evidence.pillar is 'pillar of the signal';
comment on column evidence.signal_id is 'signal; see the catalogue of signals';
comment on column evidence.value is 'measured value; null where the licence forbids redistribution';
comment on column evidence.unit is 'unit of value';
comment on column evidence.risk is 'risk of the value';
comment on column evidence.peer_risk is 'risk of the peer group''s typical value';
comment on column evidence.weight is 'weight of the signal in the score';
comment on column evidence.points is 'contribution to the score';
comment on column evidence.period is 'period that the value describes';
comment on column evidence.source_used is 'id of the source that gave the value';
comment on column evidence.sentence is 'the reason in a sentence';
