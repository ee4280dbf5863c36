create table if not exists raw_files (
    run_id varchar not null,
    source_id varchar not null,
    key varchar not null,
    origin varchar not null,
    path varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    fetched_at timestamptz not null,
    constraint bytes_not_negative check (bytes >= 0),
    primary key (run_id, source_id, key, origin)
);
comment on table raw_files is 'Every file that a run read, with its origin and hash.';
