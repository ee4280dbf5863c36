create table if not exists stg_mining_areas__site_areas (
    site_id varchar not null,
    mined_ha double not null,
    ground_ha double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint mines_lie_within_the_ground check (mined_ha >= 0 and mined_ha <= ground_ha * 1.001),
    constraint ground_is_plausible check (ground_ha > 0 and ground_ha <= 51100000000),
    constraint dates_in_order check (observed_to <= published_on),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id)
);
comment on table stg_mining_areas__site_areas is 'Ground around each site within outlines of mines.';
comment on column stg_mining_areas__site_areas.mined_ha is 'Hectares within any outline; 0 where none is mapped.';
