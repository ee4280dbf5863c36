create table if not exists stg_register_entities (
    register varchar not null,
    register_id varchar not null,
    name varchar not null,
    other_names varchar[] not null,
    legal_form varchar,
    country_iso2 varchar,
    address varchar,
    status varchar,
    is_active boolean not null,
    ended_on date,
    lei varchar,
    cik varchar,
    company_number varchar,
    os_id varchar,
    latitude double,
    longitude double,
    grievance_mechanism varchar,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint country_iso2_has_two_letters check (country_iso2 is null or length(country_iso2) = 2),
    constraint cik_has_ten_digits check (cik is null or regexp_full_match(cik, '[0-9]{10}')),
    constraint lei_has_twenty_signs check (lei is null or regexp_full_match(lei, '[0-9A-Z]{18}[0-9]{2}')),
    constraint latitude_in_range check (latitude is null or latitude between -90 and 90),
    constraint longitude_in_range check (longitude is null or longitude between -180 and 180),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (register, register_id)
);
comment on table stg_register_entities is 'Companies as public registers know them; never persons, sole traders included.';
comment on column stg_register_entities.other_names is 'Former, trading and transliterated names.';
comment on column stg_register_entities.ended_on is 'Day on which the company left the register, where it states one.';
comment on column stg_register_entities.published_on is 'Day the register first knew the company; names are those of the day of the fetch.';
comment on column stg_register_entities.latitude is 'Of a production site, degrees (WGS84); registers of companies give none.';
comment on column stg_register_entities.grievance_mechanism is 'An active grievance mechanism at a production site, in the words of the register; null where it states none.';
