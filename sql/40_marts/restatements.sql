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
comment on column restatements.run_id is 'run that made the row';
comment on column restatements.previous_run_id is 'the earlier run';
comment on column restatements.supplier_id is 'the supplier''s id in your list';
comment on column restatements.signal_id is 'signal whose value was restated';
comment on column restatements.period is 'period that the value describes';
comment on column restatements.value_before is 'value in the earlier run';
comment on column restatements.value_after is 'value of the same period in this run';
