create table if not exists stg_air__site_year (
    site_id varchar not null,
    source_id varchar not null,
    pollutant varchar not null,
    micrograms_m3 double not null,
    covered_share double not null,
    distance_km double,
    origin varchar not null,
    observed_from date not null,
    observed_to date not null,
    published_on date not null,
    constraint known_pollutant check (pollutant in ('pm25', 'no2')),
    constraint concentration_is_plausible check (micrograms_m3 between -5 and 2000),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint dates_in_order check (observed_from <= observed_to and observed_to <= published_on),
    constraint distance_in_range check (distance_km between 0 and 1000),
    primary key (site_id, source_id, pollutant)
);
comment on table stg_air__site_year is 'Mean of an air pollutant near a site over the last year that is published, from stations or a grid, in micrograms per cubic metre.';
comment on column stg_air__site_year.covered_share is 'Share of the days or months of the year with data.';
comment on column stg_air__site_year.distance_km is 'To the nearest station of the mean, or to the middle of the cell.';
