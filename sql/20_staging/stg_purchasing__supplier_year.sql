create table if not exists stg_purchasing__supplier_year (
    supplier_id varchar not null,
    source_id varchar not null,
    window_start date not null,
    window_end date not null,
    currency varchar not null,
    orders bigint not null,
    matched_products bigint,
    matched_value double,
    laspeyres_change double,
    paasche_change double,
    price_change double,
    cost_change double,
    cost_components varchar,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint window_runs_forward check (window_start < window_end),
    constraint changes_are_finite check (
        isfinite(coalesce(price_change, 0)) and isfinite(coalesce(cost_change, 0))
    ),
    constraint known_after_it_ended check (published_on >= observed_to),
    constraint counts_not_negative check (orders >= 0 and coalesce(matched_products, 0) >= 0),
    constraint matched_value_not_negative check (coalesce(matched_value, 0) >= 0),
    constraint index_changes_are_numbers check (
        isfinite(coalesce(laspeyres_change, 0)) and isfinite(coalesce(paasche_change, 0))
    ),
    primary key (supplier_id, source_id, window_end)
);
comment on table stg_purchasing__supplier_year is 'What of a supplier''s twelve months of orders cannot be added up from months.';
comment on column stg_purchasing__supplier_year.price_change is 'ln of the Fisher index of products bought in the window and in the twelve months before.';
comment on column stg_purchasing__supplier_year.cost_change is 'ln of the input-cost index of the supplier''s country over the same spans; null where none is given.';
comment on column stg_purchasing__supplier_year.currency is 'Reporting currency of all values.';
