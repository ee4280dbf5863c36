create table if not exists site_signal_values (
    run_id varchar not null,
    site_id varchar not null,
    supplier_id varchar not null,
    signal_id varchar not null,
    period varchar not null,
    value double not null,
    stderr double,
    quality double,
    observed_to date not null,
    constraint value_is_finite check (isfinite(value)),
    primary key (run_id, site_id, signal_id)
);
comment on table site_signal_values is 'Values of site signals before they are brought together per supplier.';
