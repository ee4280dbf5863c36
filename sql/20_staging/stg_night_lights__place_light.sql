create table if not exists stg_night_lights__place_light (
    site_id varchar not null,
    observed_from date not null,
    lit_radiance double not null,
    covered_share double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint radiance_is_plausible check (lit_radiance between 0 and 6554),
    constraint share_in_range check (covered_share > 0 and covered_share <= 1.000001),
    constraint dates_in_order check (observed_from <= observed_to and observed_to <= published_on),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, observed_from)
);
comment on table stg_night_lights__place_light is 'Mean night-time radiance of the place of each site, of lit ground alone.';
comment on column stg_night_lights__place_light.lit_radiance is 'nW cm-2 sr-1; ground that is not lit counts as 0.';
comment on column stg_night_lights__place_light.covered_share is 'Share of the place with data.';
