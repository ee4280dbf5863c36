"use strict";

const MAP_ROWS = 100;

/** What the map shows now, as tables: the sites in view, and the cells of the layer in view. */
function showMapTables(map, marks) {
  byId("map-tables").replaceChildren(sitesTable(map, marks), ...(map.layer === null ? [] : [cellsTable(map)]));
}

function sitesTable({ data, owner, hrefOf }, marks) {
  const { sites, suppliers, priorityBands } = data;
  const band = (site) => suppliers.priority_band[owner[site]];
  const inView = marks.flatMap((mark) => mark.sites).sort((a, b) => band(a) - band(b) || a - b);
  const rows = inView.slice(0, MAP_ROWS).map((site) => {
    const row = owner[site];
    return [
      isolated(siteName(data, owner, site)),
      element("a", { href: hrefOf(row) }, isolated(suppliers.name[row] ?? suppliers.id[row])),
      isolated([textAt(sites.area, site), textAt(suppliers.country, row)].filter(Boolean).join(", ")),
      tr(priorityBands[band(site)].label),
    ];
  });
  return mapTable(tr("Sites in view"), [tr("Site"), tr("Supplier"), tr("Area"), tr("Priority band")], rows, inView.length);
}

function siteName(data, owner, site) {
  return textAt(data.sites.name, site) ?? siteId(data, site, data.suppliers.id[owner[site]]);
}

function cellsTable(map) {
  const { layer } = map;
  const [west, south, east, north] = map.bounds();
  const inView = layer.value
    .map((_, i) => i)
    .filter((i) => layer.longitude[i] >= west && layer.longitude[i] <= east && layer.latitude[i] >= south && layer.latitude[i] <= north)
    .sort((a, b) => (layer.value[b] - layer.value[a]) * layer.direction || a - b);
  const rows = inView.slice(0, MAP_ROWS).map((i) => [
    `${layer.latitude[i].toFixed(2)}, ${layer.longitude[i].toFixed(2)}`,
    isolated(textAt(layer.country, i)),
    WHOLE_NUMBER.format(layer.sites[i]),
    formatValue(layer.value[i], layer.unit),
  ]);
  const headers = [tr("Middle of the cell (latitude, longitude)"), tr("Country"), tr("Sites"), tr("Mean of its sites")];
  return mapTable(layer.title, headers, rows, inView.length);
}

function mapTable(title, headers, rows, total) {
  const more = total > rows.length ? tr("The first {shown} of {total}; zoom in or filter for the others.", { shown: WHOLE_NUMBER.format(rows.length), total: WHOLE_NUMBER.format(total) }) : "";
  const cells = rows.map((row) => element("tr", {}, ...row.map((cell, i) => element(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, cell))));
  const table = element(
    "table",
    { class: "plain" },
    element("caption", { text: [title, more].filter(Boolean).join(". ") }),
    element("thead", {}, element("tr", {}, ...headers.map((text) => element("th", { scope: "col", text })))),
    element("tbody", {}, ...cells),
  );
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, table);
}
