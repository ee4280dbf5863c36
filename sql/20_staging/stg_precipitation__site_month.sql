create table if not exists stg_precipitation__site_month (
    site_id varchar not null,
    month date not null,
    precipitation_mm double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint rain_not_negative check (precipitation_mm >= 0),
    constraint rain_is_plausible check (precipitation_mm < 10000),
    primary key (site_id, month)
);
comment on table stg_precipitation__site_month is 'Monthly rain at a site, from rasters or a station series.';
