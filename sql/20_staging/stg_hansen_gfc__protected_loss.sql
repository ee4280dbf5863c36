create table if not exists stg_hansen_gfc__protected_loss (
    site_id varchar not null,
    year integer not null,
    loss_ha double not null,
    baseline_ha double not null,
    baseline_is_forest boolean not null,
    covered_share double not null,
    radius_km double not null,
    pixel_m double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint loss_not_negative check (loss_ha >= 0),
    constraint loss_within_baseline check (loss_ha <= baseline_ha * 1.000001),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint year_is_a_year check (year between 1900 and 2200),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    constraint pixel_in_range check (pixel_m > 0 and pixel_m <= 100000),
    primary key (site_id, year)
);
comment on table stg_hansen_gfc__protected_loss is 'Hectares of tree cover lost per year inside the protected areas around a site.';
comment on column stg_hansen_gfc__protected_loss.baseline_ha is 'Forest of 2000 at the configured canopy threshold, or land in view when no tree-cover raster is given.';
