create table if not exists stg_buyer_shipments__shipments (
    shipment_id varchar not null,
    shipped_on date not null,
    consignee varchar not null,
    consignee_id varchar,
    consignee_country varchar,
    shipper varchar not null,
    shipper_id varchar,
    shipper_country varchar,
    good varchar,
    observed_to date not null,
    published_on date not null,
    origin varchar not null,
    constraint country_has_two_letters check (
        (consignee_country is null or length(consignee_country) = 2)
        and (shipper_country is null or length(shipper_country) = 2)
    ),
    constraint known_after_it_was check (published_on >= observed_to),
    primary key (shipment_id)
);
comment on table stg_buyer_shipments__shipments is 'Shipments from the buyer''s own records or bills of lading: who shipped what to whom, and when; companies alone. Quantities are not read.';
comment on column stg_buyer_shipments__shipments.shipment_id is 'File and row.';
