create table if not exists stg_precipitation__site_series (
    site_id varchar not null,
    series_id varchar not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    primary key (site_id)
);
comment on table stg_precipitation__site_series is 'Which series of monthly rain is used for a site.';
comment on column stg_precipitation__site_series.origin is 'The file of that month, with the name of the station in it.';
comment on column stg_precipitation__site_series.observed_to is 'End of the first month of the series: the site has rain from then on.';
