create table if not exists stg_landsat__site_ndvi (
    site_id varchar not null,
    observed_from date not null,
    value double not null,
    covered_share double not null,
    cloud_share double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint index_in_range check (value between -1 and 1),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint cloud_share_in_range check (cloud_share between 0 and 1),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, observed_from)
);
comment on table stg_landsat__site_ndvi is 'Mean NDVI of the clear ground around a site per day of a scene.';
comment on column stg_landsat__site_ndvi.covered_share is 'Share of the ground around the site seen clear.';
