create table if not exists loaded_parts (
    table_name varchar not null,
    run_id varchar not null,
    part varchar not null,
    fingerprint varchar not null,
    row_count bigint not null,
    constraint row_count_not_negative check (row_count >= 0)
);
comment on table loaded_parts is 'What the rows of a table were loaded from, part by part: equal fingerprints mean equal rows, which need not be loaded again.';
comment on column loaded_parts.table_name is 'table of the rows';
comment on column loaded_parts.run_id is 'run that has the rows';
comment on column loaded_parts.part is 'signal of the rows; empty: all rows of a staging table';
comment on column loaded_parts.fingerprint is 'hash of the rows and of the code';
comment on column loaded_parts.row_count is 'rows of the part';
