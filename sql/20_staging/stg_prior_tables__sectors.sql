create table if not exists stg_prior_tables__sectors (
    division varchar not null,
    prior double not null,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint prior_in_range check (prior between 0 and 1),
    primary key (division)
);
comment on table stg_prior_tables__sectors is 'Context risk of an industry division, supplied by the user; not redistributable.';
