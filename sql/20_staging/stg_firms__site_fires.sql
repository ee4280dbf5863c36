create table if not exists stg_firms__site_fires (
    site_id varchar not null,
    month date not null,
    covered_days double not null,
    detections integer not null,
    night_detections integer not null,
    area_km2 double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint month_begins_on_the_first check (day(month) = 1),
    constraint covered_days_in_range check (covered_days > 0 and covered_days <= 31),
    constraint detections_not_negative check (detections >= 0),
    constraint night_within_all check (night_detections between 0 and detections),
    constraint area_positive check (area_km2 > 0),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, month)
);
comment on table stg_firms__site_fires is 'Active-fire detections around a site by month, with the days of that month the archive covers and that were published by the as-of date.';
comment on column stg_firms__site_fires.covered_days is 'A month that is not covered at all has no row: no row is not zero fires.';
