create table if not exists stg_modis_ndvi__site_means (
    site_id varchar not null,
    observed_from date not null,
    value double not null,
    covered_share double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint index_in_range check (value between -1 and 1),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint dates_in_order check (observed_from <= observed_to and observed_to <= published_on),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, observed_from)
);
comment on table stg_modis_ndvi__site_means is 'Mean NDVI per site and 16 days.';
comment on column stg_modis_ndvi__site_means.covered_share is 'Share of the ground around the site with data.';
