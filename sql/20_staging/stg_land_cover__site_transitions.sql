create table if not exists stg_land_cover__site_transitions (
    site_id varchar not null,
    year_before integer not null,
    year_after integer not null,
    group_before varchar not null,
    group_after varchar not null,
    area_ha double not null,
    valid_ha double not null,
    covered_share double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint years_in_order check (year_before < year_after),
    constraint area_within_valid check (area_ha >= 0 and area_ha <= valid_ha * 1.000001),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, year_before, year_after, group_before, group_after)
);
comment on table stg_land_cover__site_transitions is 'Hectares per site that went from one group of land cover to another between two yearly maps, true pixel areas.';
comment on column stg_land_cover__site_transitions.valid_ha is 'Ground with data in both maps.';
