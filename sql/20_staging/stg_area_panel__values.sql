create table if not exists stg_area_panel__values (
    supplier_id varchar not null,
    year integer not null,
    variable varchar not null,
    value double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint value_is_finite check (isfinite(value)),
    constraint year_is_a_year check (year between 1800 and 2200),
    primary key (supplier_id, year, variable)
);
comment on table stg_area_panel__values is 'Yearly figures for sourcing areas, such as hectares cleared, from public statistics.';
