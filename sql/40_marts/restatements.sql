create table if not exists restatements (
    run_id varchar not null,
    previous_run_id varchar not null,
    supplier_id varchar not null,
    signal_id varchar not null,
    period varchar not null,
    value_before double,
    value_after double,
    primary key (run_id, supplier_id, signal_id, period)
);
comment on table restatements is 'Values of a period that differ from those in the previous run: late or corrected data.';
