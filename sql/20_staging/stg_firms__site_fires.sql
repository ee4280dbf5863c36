create table if not exists stg_firms__site_fires (
    site_id varchar not null,
    day date not null,
    detections integer not null,
    night_detections integer not null,
    area_km2 double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint detections_not_negative check (detections >= 0),
    constraint area_positive check (area_km2 > 0),
    primary key (site_id, day)
);
comment on table stg_firms__site_fires is 'Active-fire detections around a site on each day the archive covers; a covered day without fire is a row with zero.';
