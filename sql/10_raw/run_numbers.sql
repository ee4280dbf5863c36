create table if not exists run_numbers (
    table_name varchar not null,
    run_id varchar not null,
    number integer not null,
    as_of date,
    constraint number_from_one check (number >= 1),
    primary key (table_name, run_id)
);
comment on table run_numbers is 'Which rows of a table <name>_intervals are those of a run: the ones with valid_from <= number <= valid_to.';
comment on column run_numbers.table_name is 'table of the run''s rows, such as signal_values';
comment on column run_numbers.run_id is 'run that made the rows';
comment on column run_numbers.number is 'position of the run among those loaded into the table';
comment on column run_numbers.as_of is 'as-of date of the run''s rows, where the table has one';
