create table if not exists supplier_links (
    run_id varchar not null,
    supplier_id varchar not null,
    register varchar not null,
    register_id varchar not null,
    band varchar not null,
    score double not null,
    match_basis varchar not null,
    matched_name varchar not null,
    name_score double not null,
    legal_form varchar not null,
    country varchar not null,
    address varchar not null,
    identifier varchar not null,
    reason varchar not null,
    identifiers_added varchar,
    constraint known_band check (band in ('accept', 'review')),
    constraint known_decider check (match_basis in ('identifier', 'name', 'decision')),
    constraint score_is_a_share check (score between 0 and 1),
    primary key (run_id, supplier_id, register, register_id)
);
comment on table supplier_links is 'Register entries that match a supplier, or may match, with the values compared.';
comment on column supplier_links.identifiers_added is 'Identifiers added by the link that the list did not have.';
comment on column supplier_links.address is 'Whether the addresses agree; the addresses themselves are not stored.';
