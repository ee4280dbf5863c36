create table if not exists stg_suppliers (
    supplier_id varchar primary key,
    name varchar not null,
    country_iso2 varchar not null,
    country_iso3 varchar not null,
    subregion varchar,
    sector varchar,
    sector_section varchar,
    commodity_hs varchar,
    lei varchar,
    cik varchar,
    company_number varchar,
    os_id varchar,
    parent varchar,
    annual_spend double,
    currency varchar,
    workforce_band varchar,
    tier bigint,
    source_file varchar not null,
    source_row bigint not null,
    constraint country_iso2_has_two_letters check (length(country_iso2) = 2),
    constraint country_iso3_has_three_letters check (length(country_iso3) = 3),
    constraint cik_has_ten_digits check (cik is null or regexp_full_match(cik, '[0-9]{10}')),
    constraint annual_spend_not_negative check (annual_spend is null or annual_spend >= 0),
    constraint known_workforce_band check (
        workforce_band is null or workforce_band in ('1-9', '10-49', '50-249', '250-999', '1000+')
    ),
    constraint tier_in_range check (tier between 0 and 99),
    constraint source_row_is_a_row check (source_row >= 1)
);
comment on table stg_suppliers is 'One row per supplier of the list, cleaned; the list as read is in raw_files.';
