create table if not exists stg_surface_water__site_water (
    site_id varchar not null,
    kept_ha double not null,
    lost_ha double not null,
    reduced_ha double not null,
    gained_ha double not null,
    ground_ha double not null,
    radius_km double not null,
    origin varchar not null,
    observed_from date not null,
    observed_to date not null,
    published_on date not null,
    constraint water_is_not_negative check (least(kept_ha, lost_ha, reduced_ha, gained_ha) >= 0),
    constraint water_lies_within_the_ground check (
        kept_ha + lost_ha + reduced_ha + gained_ha <= ground_ha * 1.05
    ),
    constraint ground_is_plausible check (ground_ha > 0 and ground_ha <= 51100000000),
    constraint dates_in_order check (observed_from <= observed_to and observed_to <= published_on),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id)
);
comment on table stg_surface_water__site_water is 'Hectares of surface water around each site by its change.';
comment on column stg_surface_water__site_water.kept_ha is 'Water of the first years that stayed, permanent or seasonal.';
comment on column stg_surface_water__site_water.lost_ha is 'Water of the first years that is gone.';
comment on column stg_surface_water__site_water.reduced_ha is 'Permanent water that became seasonal.';
comment on column stg_surface_water__site_water.gained_ha is 'Water that was not there in the first years.';
