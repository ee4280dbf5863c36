create table if not exists table_shapes (
    fingerprint varchar not null
);
comment on table table_shapes is 'How the tables were when they were last found as their files have them: where nothing of it differs, they are not compared again.';
comment on column table_shapes.fingerprint is 'hash of the columns, checks, comments and views of the file, of the statements that make them and of the version of DuckDB';
