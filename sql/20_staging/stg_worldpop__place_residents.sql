create table if not exists stg_worldpop__place_residents (
    site_id varchar not null,
    observed_from date not null,
    value double not null,
    covered_share double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint residents_are_plausible check (value between 0 and 10000000000),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint dates_in_order check (observed_from <= observed_to and observed_to <= published_on),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, observed_from)
);
comment on table stg_worldpop__place_residents is 'Residents of the place of each site, by a map of residents per pixel.';
comment on column stg_worldpop__place_residents.covered_share is 'Share of the place with data; the rest is water or holds no settlement.';
