create table if not exists runs (
    run_id varchar primary key,
    as_of date not null,
    identity varchar not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    result varchar not null,
    manifest json,
    constraint known_result check (result in ('running', 'published', 'refused', 'failed', 'interrupted',
        'held', 'nothing_ranked', 'withdrawn'))
);
comment on table runs is 'Run ledger: one line for each run that was ever started.';
comment on column runs.identity is 'Hash of as-of date, effective config and inputs; equal identity means equal ranked list.';
comment on column runs.result is 'how the run ended: held and withdrawn runs are not to be used, nothing_ranked ranks no supplier';
