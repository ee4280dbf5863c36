create table if not exists contributions (
    run_id varchar not null,
    supplier_id varchar not null,
    signal_id varchar not null,
    pillar varchar not null,
    status varchar not null,
    value double,
    stderr double,
    unit varchar not null,
    shrunk_value double,
    shrinkage_weight double,
    peer_value double,
    sector_relevance double,
    risk double,
    peer_risk double,
    weight double not null,
    points double not null,
    period varchar,
    data_through date,
    candidate_sources varchar not null,
    source_file varchar,
    source_used varchar,
    sentence varchar not null,
    constraint shrinkage_weight_in_range check (shrinkage_weight is null or shrinkage_weight between 0 and 1),
    constraint risk_in_range check (risk is null or risk between 0 and 1),
    primary key (run_id, supplier_id, signal_id)
);
comment on table contributions is 'Points sum exactly to the score minus the peer-median score on the same signals.';
comment on column contributions.run_id is 'run that made the row';
comment on column contributions.supplier_id is 'the supplier''s id in your list';
comment on column contributions.signal_id is 'signal; see the catalogue of signals';
comment on column contributions.pillar is 'pillar of the signal';
comment on column contributions.status is 'observed or the reason why there is no value';
comment on column contributions.value is 'measured value; null without one or where the licence forbids redistribution';
comment on column contributions.stderr is 'standard error of value; null where none is stated';
comment on column contributions.unit is 'unit of value';
comment on column contributions.shrunk_value is 'value after shrinkage towards the peer group; the value used';
comment on column contributions.shrinkage_weight is 'weight of the supplier''s own value in shrunk_value';
comment on column contributions.peer_value is 'typical value of the peer group';
comment on column contributions.sector_relevance is 'how much this kind of change means for the supplier''s sector; null where no sector is weighed';
comment on column contributions.risk is 'risk of the value; already multiplied by sector_relevance';
comment on column contributions.peer_risk is 'risk of the peer group''s typical value';
comment on column contributions.weight is 'weight of the signal in the score';
comment on column contributions.points is 'contribution to the score; sums exactly to score minus peer_median_score';
comment on column contributions.period is 'period that the value describes';
comment on column contributions.data_through is 'last day that the data describe';
comment on column contributions.candidate_sources is 'ids of the sources that can give the signal';
comment on column contributions.source_file is 'file or address that the value was read from';
comment on column contributions.source_used is 'id of the source that gave the value; several only where several entered it; null without a value or where it is not recorded';
comment on column contributions.sentence is 'the reason in a sentence';
