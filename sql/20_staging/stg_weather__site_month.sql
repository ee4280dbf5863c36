create table if not exists stg_weather__site_month (
    site_id varchar not null,
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
    constraint temperature_is_plausible check (
        (lowest_c is null or lowest_c between -90 and 60)
        and (highest_c is null or highest_c between -90 and 60)
    ),
    constraint rain_is_plausible check (
        precipitation_mm is null or (precipitation_mm >= 0 and precipitation_mm < 10000)
    ),
    constraint latitude_on_globe check (latitude between -90 and 90),
    constraint heat_hours_in_range check (heat_hours is null or heat_hours between 0 and 744),
    primary key (site_id, month, source_id)
);
comment on table stg_weather__site_month is 'Weather at a site by month, from daily values: mean daily extremes in degrees Celsius, rain in mm, hours with a wet-bulb globe temperature above the work limit.';
