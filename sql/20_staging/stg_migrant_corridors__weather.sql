create table if not exists stg_migrant_corridors__weather (
    place_id varchar not null,
    month date not null,
    source_id varchar not null,
    latitude double not null,
    lowest_c double,
    highest_c double,
    precipitation_mm double,
    heat_hours double,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint rain_is_plausible check (
        precipitation_mm is null or (precipitation_mm >= 0 and precipitation_mm < 10000)
    ),
    constraint latitude_on_globe check (latitude between -90 and 90),
    constraint temperatures_in_range check (
        (lowest_c is null or lowest_c between -90 and 60)
        and (highest_c is null or highest_c between -90 and 60)
    ),
    constraint heat_hours_in_range check (heat_hours is null or heat_hours between 0 and 744),
    primary key (place_id, month, source_id)
);
comment on table stg_migrant_corridors__weather is 'Weather by month at the places that migrants come from; columns as of stg_weather__site_month.';
