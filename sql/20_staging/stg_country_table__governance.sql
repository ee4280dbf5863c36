create table if not exists stg_country_table__governance (
    country_iso3 varchar not null,
    year integer not null,
    rule_of_law_risk double not null,
    income_group varchar,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint risk_in_range check (rule_of_law_risk between 0 and 1),
    constraint known_income_group check (
        income_group is null or income_group in ('low', 'lower_middle', 'upper_middle', 'high')
    ),
    constraint year_is_a_year check (year between 1900 and 2200),
    primary key (country_iso3, year)
);
comment on table stg_country_table__governance is 'Rule of law by country and year on a 0-1 scale, 1 = weaker; context only.';
