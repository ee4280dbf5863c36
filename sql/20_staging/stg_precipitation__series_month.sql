create table if not exists stg_precipitation__series_month (
    series_id varchar not null,
    month date not null,
    precipitation_mm double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint rain_not_negative check (precipitation_mm >= 0),
    constraint rain_is_plausible check (precipitation_mm < 10000),
    primary key (series_id, month)
);
comment on table stg_precipitation__series_month is 'Monthly rain by series: of a station, once for all sites near it, or of rasters around one site.';
