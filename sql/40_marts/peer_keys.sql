create table if not exists peer_keys (
    run_id varchar not null,
    supplier_id varchar not null,
    sector varchar,
    sector_section varchar,
    region varchar,
    size varchar,
    disclosure varchar,
    commodity_hs varchar,
    primary key (run_id, supplier_id)
);
comment on table peer_keys is 'Peer group and goods of each supplier, so that a later month can repeat the method of this one.';
