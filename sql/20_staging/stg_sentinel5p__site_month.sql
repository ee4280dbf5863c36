create table if not exists stg_sentinel5p__site_month (
    site_id varchar not null,
    month date not null,
    near double not null,
    around double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint column_is_plausible check (near between -50 and 1000 and around between -50 and 1000),
    constraint dates_in_order check (month <= observed_to and observed_to <= published_on),
    primary key (site_id, month)
);
comment on table stg_sentinel5p__site_month is 'NO2 in the column of air over the circle of a site and over the ring around it, by month, in 1e15 molecules per square centimetre.';
