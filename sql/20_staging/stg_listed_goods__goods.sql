create table if not exists stg_listed_goods__goods (
    country_iso3 varchar not null,
    good varchar not null,
    child_labour boolean,
    forced_labour boolean,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    primary key (country_iso3, good)
);
comment on table stg_listed_goods__goods is 'Goods on the US List of Goods by country; child and forced labour separate, null where the file does not state it; context only.';
