create table if not exists signal_values (
    run_id varchar not null,
    supplier_id varchar not null,
    signal_id varchar not null,
    period varchar,
    as_of date not null,
    value double,
    stderr double,
    quality double,
    status varchar not null,
    status_reason varchar,
    source_used varchar,
    origin varchar,
    observed_to date,
    constraint known_status check (
        status in (
            'observed', 'not_applicable', 'not_disclosed', 'not_disclosed_exempt',
            'not_disclosed_overdue', 'not_covered', 'too_old', 'contested'
        )
    ),
    constraint value_only_when_observed check ((value is not null) = (status in ('observed', 'contested'))),
    constraint value_is_finite check (value is null or isfinite(value)),
    constraint stderr_not_negative check (stderr is null or stderr >= 0),
    constraint quality_in_range check (quality is null or quality between 0 and 1),
    primary key (run_id, supplier_id, signal_id)
);
comment on table signal_values is 'One row per supplier and signal in every run, also when there is no value: then the status says why.';
comment on column signal_values.source_used is 'Id of the source that gave the value; several, joined by a comma, only where several entered it. Null: not recorded.';
comment on column signal_values.origin is 'The file or address that the value was read from.';
