create table if not exists stg_migrant_corridors__shares (
    destination_iso3 varchar not null,
    destination_region varchar not null,
    origin_iso3 varchar not null,
    origin_region varchar not null,
    place_id varchar not null,
    share double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint share_in_range check (share between 0 and 1),
    primary key (destination_iso3, destination_region, origin_iso3, origin_region, place_id)
);
comment on table stg_migrant_corridors__shares is 'Share of a destination''s migrants by region of origin, from the user''s table; region is null where the table gives none.';
