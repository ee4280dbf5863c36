create table if not exists contributions (
    run_id varchar not null,
    supplier_id varchar not null,
    signal_id varchar not null,
    pillar varchar not null,
    status varchar not null,
    value double,
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
comment on column contributions.sector_relevance is 'Factor 0-1 for this kind of change in the sector; risk is already multiplied by it. Null: no sector is weighed.';
comment on column contributions.shrunk_value is 'Value used: a noisy value is shrunk towards the peer-group mean; shrinkage_weight is the weight of the supplier''s own value.';
comment on table contributions is 'Points sum exactly to the score minus the peer-median score on the same signals.';
comment on column contributions.source_used is 'Id of the source of the value; several, separated by commas, only where several were used. Null: no value, or not recorded.';
