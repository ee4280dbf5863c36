create table runs (
    run_id varchar primary key,
    as_of date not null,
    state varchar not null,
    is_latest boolean not null,
    finished_at timestamptz not null,
    suppliers_ranked bigint not null,
    suppliers_listed bigint not null,
    ranks_withheld varchar,
    warnings varchar[] not null
);
comment on table runs is 'One row per run whose folder exists.';
comment on column runs.run_id is 'id of the run and name of its folder';
comment on column runs.as_of is 'day that the run describes; only data published by then were used';
comment on column runs.state is 'published, held, nothing_ranked or withdrawn';
comment on column runs.is_latest is 'the run that latest names; the tables other than runs and ranks describe it';
comment on column runs.finished_at is 'when the run finished';
comment on column runs.suppliers_ranked is 'suppliers with a rank';
comment on column runs.suppliers_listed is 'suppliers on the list';
comment on column runs.ranks_withheld is 'why no single ranks are given; null where they are';
comment on column runs.warnings is 'warnings of the run';
