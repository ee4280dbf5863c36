create table if not exists supplier_flags (
    run_id varchar not null,
    supplier_id varchar not null,
    list_id varchar not null,
    entry_id varchar not null,
    matched_via varchar not null,
    list_title varchar not null,
    kind varchar not null,
    matched_name varchar not null,
    listed_on date,
    link varchar,
    band varchar not null,
    score double not null,
    reason varchar not null,
    path varchar,
    constraint known_band check (band in ('accept', 'review')),
    constraint known_kind check (
        kind in (
            'import_ban', 'uflpa_region_or_entity', 'state_imposed', 'entity_list', 'debarment',
            'published_statement', 'ended_registration', 'grievance_mechanism'
        )
    ),
    constraint known_way check (matched_via in ('supplier', 'parent', 'site', 'relation')),
    primary key (run_id, supplier_id, list_id, entry_id, matched_via)
);
comment on table supplier_flags is 'Watch-list matches, and facts of the kinds published_statement, ended_registration and grievance_mechanism; never part of the score. Band review: a possible match that no one has reviewed.';
comment on column supplier_flags.path is 'The relations by which a supplier is tied to the listed company; null where it is the supplier itself, its parent or a site.';
