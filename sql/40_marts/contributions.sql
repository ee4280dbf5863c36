create table if not exists contributions (
    run_id varchar not null,
    supplier_id varchar not null,
    signal_id varchar not null,
    pillar varchar not null,
    status varchar not null,
    value double,
    unit varchar not null,
    shrunk_value double,
    own_share double,
    peer_value double,
    relevance double,
    normalised double,
    peer_normalised double,
    weight double not null,
    points double not null,
    period varchar,
    observed_to date,
    sources varchar not null,
    origin varchar,
    source_used varchar,
    sentence varchar not null,
    constraint own_share_in_range check (own_share is null or own_share between 0 and 1),
    constraint normalised_in_range check (normalised is null or normalised between 0 and 1),
    primary key (run_id, supplier_id, signal_id)
);
comment on column contributions.relevance is 'How much this kind of change means for the sector, 0-1; normalised is already multiplied by it. Null: no sector is weighed.';
comment on column contributions.shrunk_value is 'The value as it was read: a noisy one is shrunk towards its peers; own_share of it is the supplier''s own evidence.';
comment on table contributions is 'Points sum exactly to the score minus the typical peer''s score on the same signals.';
comment on column contributions.source_used is 'Id of the source that gave the value; several, joined by a comma, only where several entered it. Null: no value, or not recorded.';
