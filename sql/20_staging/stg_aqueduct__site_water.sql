create table if not exists stg_aqueduct__site_water (
    site_id varchar not null,
    indicator varchar not null,
    score double,
    category integer not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_indicator check (indicator in ('bws', 'rfr')),
    constraint score_in_range check (score is null or score between 0 and 5),
    constraint category_in_range check (category between -1 and 4),
    primary key (site_id, indicator)
);
comment on table stg_aqueduct__site_water is 'Aqueduct 4.0 baseline at a site: water stress (bws) and river floods (rfr); category -1 is not assessed.';
