create table if not exists stg_gfw_alerts__site_alerts (
    site_id varchar not null,
    month date not null,
    alert_ha double not null,
    high_confidence_ha double not null,
    radius_km double not null,
    origin varchar not null,
    observed_to date not null,
    published_on date not null,
    constraint high_within_all check (high_confidence_ha >= 0 and high_confidence_ha <= alert_ha),
    constraint radius_in_range check (radius_km > 0 and radius_km <= 6400),
    primary key (site_id, month)
);
comment on table stg_gfw_alerts__site_alerts is 'Hectares of integrated deforestation alerts around a site by month, 0 in observed months without alerts.';
