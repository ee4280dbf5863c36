create table if not exists stg_sites (
    site_id varchar primary key,
    supplier_id varchar not null,
    site_name varchar,
    country_iso3 varchar not null,
    admin_area varchar,
    latitude double,
    longitude double,
    geometry_wkt varchar,
    location_precision varchar not null,
    location_reason varchar,
    has_measurable_location boolean not null,
    location_is_public boolean not null,
    constraint known_precision check (
        location_precision in ('polygon', 'exact', 'city', 'admin_area', 'country', 'none')
    ),
    constraint latitude_in_range check (latitude is null or latitude between -90 and 90),
    constraint longitude_in_range check (longitude is null or longitude between -180 and 180),
    constraint measurable_has_place check (
        not has_measurable_location or latitude is not null or geometry_wkt is not null
    )
);
comment on table stg_sites is 'Places of a supplier, with how precisely each is known; imprecise ones are never measured.';
