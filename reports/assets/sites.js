"use strict";

function sitesOf(data, row) {
  const { sites } = data;
  const items = [];
  for (let i = sites.start[row]; i < sites.start[row + 1]; i += 1) {
    items.push(siteItem(data, i, data.suppliers.id[row]));
  }
  if (items.length === 0) {
    return block(tr("Sites"), element("p", { text: tr("No site is listed, so satellite signals cannot be measured.") }));
  }
  return block(tr("Sites"), element("ul", { class: "unknown" }, ...items));
}

function siteItem(data, site, supplierId) {
  const { sites, siteValues, signals } = data;
  const values = [];
  for (let i = siteValues.start[site]; i < siteValues.start[site + 1]; i += 1) {
    const card = signals[siteValues.signal[i]];
    values.push([card.title, formatValue(siteValues.value[i], card.unit)]);
  }
  const precision = textAt(sites.precision, site).replaceAll("_", " ");
  const latitude = sites.latitude[site];
  const coarse = tr("(to half a degree: the location is not public)");
  const isCoarse = sites.public[site] !== 1;
  const where =
    latitude === null
      ? null
      : [tr("about"), `${latitude.toFixed(2)}, ${sites.longitude[site].toFixed(2)}`, isCoarse ? coarse : ""].join(" ").trim();
  const named = tr(precision);
  const state = sites.measurable[site] ? tr("located: {precision}", { precision: named }) : tr("not measured: {precision}", { precision: named });
  const area = [textAt(sites.area, site), where].filter(Boolean).join(" · ");
  const reason = textAt(sites.reason, site);
  return element(
    "li",
    {},
    element("strong", {}, isolated(textAt(sites.name, site) ?? siteId(data, site, supplierId))),
    element("span", { class: sites.measurable[site] ? "state" : "state state-off", text: state }),
    area ? element("p", { class: "small" }, isolated(area)) : null,
    reason === null ? null : element("p", { class: "small" }, said(reason)),
    values.length > 0 ? facts(values) : null,
  );
}
