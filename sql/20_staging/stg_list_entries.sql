create table if not exists stg_list_entries (
    list_id varchar not null,
    entry_id varchar not null,
    list_title varchar not null,
    kind varchar not null,
    name varchar not null,
    other_names varchar[] not null,
    country_iso2 varchar,
    address varchar,
    lei varchar,
    company_number varchar,
    listed_on date,
    status varchar,
    link varchar,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint known_kind check (
        kind in ('import_ban', 'uflpa_region_or_entity', 'entity_list', 'debarment', 'published_statement')
    ),
    constraint country_iso2_has_two_letters check (country_iso2 is null or length(country_iso2) = 2),
    constraint link_is_a_web_address check (link is null or regexp_matches(link, '^https?://')),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (list_id, entry_id)
);
comment on table stg_list_entries is 'Companies on import-ban and entity lists, and companies that published a statement: flags and facts separate from the score, never a signal; never persons.';
