"""English sentences that the project writes with parts in them, as the catalogues have them.

`{title}` is the title of a signal; any other name stands for a part that is a sentence, a figure
or a name of its own. `{count}` is a whole number, `{start}` and `{end}` are a year, month or day.
"""

from __future__ import annotations

from collections.abc import Mapping

from reports.languages.relation_patterns import RELATION_PATTERNS, RELATION_PHRASES

#: Behind the sentence of a signal, where its card does not name them (`scoring.explanation`).
PEER = "Peer median: {peer}."
SOURCE = "Source: {source}, data to {date}."

#: Parts of a rank change: one rank, and several or a part of one.
MOVES: Mapping[str, tuple[str, str]] = {
    "up": ("up {count} rank", "up {count} ranks"),
    "down": ("down {count} rank", "down {count} ranks"),
}

#: Of two that fit a sentence, the one with more text of its own counts.
PATTERNS: tuple[str, ...] = (
    *RELATION_PATTERNS,
    # Signals without a value.
    "{title}: no value as of {day}: {why}.",
    "{title}: no value: {why}.",
    "{title}: does not apply to this supplier: {why}.",
    "{title}: does not apply to this supplier.",
    "{title}: the supplier contests the value: {why}.",
    "{title}: the supplier contests the value.",
    "{title}: the value is not shown, because the licence of {sources} does not allow "
    "redistribution.",
    "not disclosed although it is due by law, {reason}",
    "not disclosed, as the law allows, {reason}",
    "not disclosed, {reason}",
    "not covered, {reason}",
    "too old, {reason}",
    "{source}: it is switched off",
    "{source}: no address or folder is set for it",
    "{source}: it could not be reached",
    "its location is not known well enough to measure: {reason}",
    "the centre of the town {place}, from the list's town name (GeoNames); the site lies within "
    "about {count} km",
    "the centre of the area {place}, from the list's area name (GeoNames); the site lies within "
    "about {count} km",
    "the last data are of {day}, older than {days} days",
    "independent outlets that wrote about it: {count}, and {least} are the least that show "
    "anything; few articles are no information about the company",
    "the sector is {sector}, for which this signal is not informative",
    "Shared with its peers: {sentence}",
    # Periods.
    "{start} to {end}",
    "{count} fiscal years to {end}",
    "the fiscal year to {end}",
    "{count} months to {end}",
    "the year to {end}",
    "year to {end}",
    # Data gaps and how to close them.
    "Evidence coverage is {share} (minimum {least}). Pillars with evidence: {pillars} (minimum "
    "{fewest}). Missing: {names}.",
    "Evidence coverage is {share} (minimum {least}). Pillars with evidence: {pillars} (minimum "
    "{fewest}). Nothing else applies to this supplier.",
    "There is no supplier-specific evidence. Missing: {names}.",
    "There is no supplier-specific evidence. Nothing else applies to this supplier.",
    "There is too little evidence to rank this supplier. The lowest-cost data item that would "
    "help: {item}.",
    "from the public records of {holder}",
    "from remote sensing by {holder}, given the exact site position",
    "from remote sensing by {holder}, given the town or the position of the site",
    "{names} and {count} more",
    "{title} ({why})",
    "{title}: {why}",
    # Next steps.
    "Your own purchasing practices contribute most to this rank. Change them first. {practice}",
    "{pillar} contributes most. Share the record, ask what it omits, and agree what to check.",
    "{practice} ({amount} in twelve months). {action}",
    "{title}. {action}",
    "To fall below rank {rank}, this would have to change: {changes}. (It is not in the "
    "supplier's control.)",
    "To fall below rank {rank}, this would have to change: {changes}.",
    "To fall below rank {rank}, all of these would have to change: {changes}. (None is in the "
    "supplier's control.)",
    "To fall below rank {rank}, all of these would have to change: {changes}. (Most are not in "
    "the supplier's control.)",
    "To fall below rank {rank}, all of these would have to change: {changes}. (Not all are in the "
    "supplier's control.)",
    "To fall below rank {rank}, all of these would have to change: {changes}.",
    "{title} {before} -> {after} on its risk scale of 0 to 100",
    "{title} {before} -> {after}",
    "{title} lower (its figures may not be redistributed)",
    # Rank changes.
    "{change}: its own data {own}, what is known of it {known}, other suppliers {others}, the "
    "method {method}.",
    "Up {number} ranks",
    "Down {number} ranks",
    "Up {number} rank",
    "Down {number} rank",
    # Lists.
    "checked, list of {day}",
    "{count} companies listed, {suppliers} on it, {review} to review, {related} related to a "
    "company on it",
    "{count} companies listed, {suppliers} on it, {review} to review",
    "{count} companies listed, {suppliers} on it",
    "{count} suppliers",
    "Related: {kind}",
    "Possibly related: {kind}",
    "Possible: {kind}",
    "The supplier is on {list} as {name}, since {day}.",
    "The supplier is on {list} as {name}.",
    "The supplier may be on {list} as {name}, since {day} ({reason}); check before use.",
    "The supplier may be on {list} as {name} ({reason}); check before use.",
    "The parent company is on {list} as {name}, since {day}.",
    "The parent company is on {list} as {name}.",
    "The parent company may be on {list} as {name}, since {day} ({reason}); check before use.",
    "The parent company may be on {list} as {name} ({reason}); check before use.",
    "A site of the supplier lies in {place}.",
    "A site of the supplier may lie in {place} ({reason}); check before use.",
    "The supplier is related to a company on {list} ({name}): {path}.",
    "The supplier may be related to a company on {list} ({name}): {path} ({reason}); check before "
    "use.",
    "The supplier has a statement in the {list} as {name}. That shows disclosure, not practice.",
    "The parent company has a statement in the {list} as {name}. That shows disclosure, not "
    "practice.",
    "The supplier has a statement in the {list} as {name}, approved on {day}. That shows "
    "disclosure, not practice.",
    "The supplier has a statement in the {list} as {name}, for the period to {day}. That shows "
    "disclosure, not practice.",
    "The parent company has a statement in the {list} as {name}, approved on {day}. That shows "
    "disclosure, not practice.",
    "The parent company has a statement in the {list} as {name}, for the period to {day}. That "
    "shows disclosure, not practice.",
    "{list} has a confirmed report that the facility {name} was closed by {day}. Check which site "
    "you buy from.",
    "{list} has a confirmed report that the facility {name} was closed by {day}: moved to {site}. "
    "Check which site you buy from.",
    "{count} of your suppliers belong to {name}, with {share} of your spend.",
    "{count} of your suppliers belong to {name}.",
    "{count} of your suppliers have a site at the place of {name}, with {share} of your spend.",
    "{count} of your suppliers have a site at the place of {name}.",
    "{count} of your suppliers have their address at the place of {name}, with {share} of your "
    "spend.",
    "{count} of your suppliers have their address at the place of {name}.",
    "No entry found, each list as of the day given: {list}.",
    "{list} states an active grievance mechanism at {name}, known since {day} ({mechanism}). That "
    "shows that it exists, not how well it works.",
    "The register {list} states that {name} left it on {day}. Check which company you buy from.",
    "{count} flagged suppliers are outside the audit plan. A flag is not part of the score and "
    "stands on its own: check it first, whatever the rank.",
    # The run.
    "Ranks are not printed: under small perturbations in data and weights only {share} of the top "
    "tenth stays in it ({least} is needed). Read the priority bands and the intervals.",
    "Fairness: {failing} of {compared} comparisons of groups lie outside {least} to {most} times "
    "the others, {significant} of them statistically significant (fairness.csv).",
    "{count} sources could not be reached: {list}. Check the connection to the internet, then run "
    "again.",
    "Source {source} is unavailable: {reason}.",
    "Source {source} is used in part: {reason}.",
    "The page lists the first {shown} of {all} suppliers; all_suppliers.csv and ranked.parquet "
    "have all.",
    # Workbook.
    "In top {count}",
    "Audit budget: {count}.",
    "Reasons of the first {shown} of {all} suppliers; contributions.parquet has all.",
    "The first {shown} of {all} rows; {name} has all.",
    "{count} suppliers to assess, by CSDDD rank: likelihood and severity. The ranked list is by "
    "score alone, so the two can differ. Part of the plan is a random sample.",
    "Run {run}, as of {day}. Each signal is normalised to a risk of 0 to 1; a weighted power mean "
    "aggregates those available. Missing values are not imputed. Grades: A causal, B correlation, "
    "C mechanism or cases, D plausible only.",
    "assessed within {count} months",
    "outside the budget of {count}",
    "FLAGGED, CHECK FIRST WHATEVER THE RANK (not in the plan: {why})",
    "since {day}",
    "expired on {day}, to be made again",
    "1 cell of the supplier list may hold personal data and was withheld, never stored or used "
    "({name}).",
    "{count} cells of the supplier list may hold personal data and were withheld, never stored or "
    "used ({name}).",
    "share {unit}",
    "{decision}. A decision never changes the score; overrides.csv has its reason.",
    # Fairness.
    "In the top {count}",
    "{size} workers",
    "{share} versus {other}",
    "{ratio} times ({low} to {high})",
    "{ratio} times",
    "0 times (to {high})",
    "over {count}",
    "under {share}",
    "All {count} comparisons lie within {least} to {most} times the others.",
    "{failing} of {compared} comparisons lie outside {least} to {most} times the others; none of "
    "these differences is statistically significant, which in small groups does not show parity.",
    "Uneven: {failing} of {compared} comparisons lie outside {least} to {most} times the others, "
    "{significant} of them statistically significant. Compare suppliers within a group, not "
    "across the groups that are marked.",
    "Where GDP per head is twice as high, scores change by {change} points ({share} of their "
    "spread goes with income); among suppliers with the same own signals by {same} ({low} to "
    "{high}). {suppliers} suppliers of {countries} countries.",
    "Given the label of another region and nothing else, {changed} of {tried} suppliers tried "
    "change their score, by {mean} points on average and {most} at most.",
    "The relation of scores to national income is not reported: GDP per head is known for fewer "
    "than {count} countries (tune.countries names a table with it).",
    # Answers about a list at the desk, and its history.
    "{name}: {place} is not a country; write its name in English or its ISO code, such as BD.",
    "{name}: {place} is not a known sector; choose one, or write an ISIC division, such as 14.",
    "{name}: {place} is not one known town of the country; write a larger town nearby, with its "
    "region.",
    "added the file {name}",
    "set the use to {name}",
    "switched {name}",
    # Purchasing.
    "unchanged since {day}",
    "more pressure than on {day} ({value})",
    "less pressure than on {day} ({value})",
)

#: Sentences and phrases without a part.
PHRASES: tuple[str, ...] = (
    *RELATION_PHRASES,
    "almost 0", "not known", "an unstated period", "an unstated date", "its source",
    "does not apply", "not covered", "too old", "contested and not used until reviewed",
    "it is switched off", "no address or folder is set for it",
    "the source has no data about it", "the source does not cover its location",
    "the list has no site of it", "its value was rejected as implausible",
    "no ledger or other data of your own was given",
    "fires are known for too few years", "fewer than five years of revenue are known",
    "no earlier year of its accounts is known", "there was no forest around the site in 2000",
    "there is no protected forest around the site",
    "a month of the last twelve is missing",
    "a month of the last six is missing, or its balance does not vary",
    "no market value is reported: it is not listed",
    "its capacity is neither public nor volunteered",
    "its capacity is neither public nor volunteered, or standard minutes are unknown",
    "the ledger holds no forecast for it, or nothing was ordered in the months of one",
    "standard minutes or the minimum wage of its country are not given",
    "no product was bought in both this year and the year before",
    "this signal is about sourcing areas, and the supplier is a company",
    "no coordinate given", "latitude and longitude look swapped",
    "the centre point of the country, not of the site",
    "apparel, footwear or electronics", "coffee, tea, cocoa or spices",
    "timber, charcoal, paper or furniture", "fishing, shrimp or fish products",
    "livestock, meat, dairy or leather", "bricks, cement or stone", "other farming or food",
    "it could not be reached",
    "No supplier has enough evidence for a score, so there are no ranks.",
    "No supplier is ranked: every one is below the minimum evidence.",
    "No signal is above the peer median.", "No single pillar", "No score and no context.",
    "Every signal that applies has a value.",
    "There is too little evidence to rank this supplier. Look for public accounts or the exact "
    "location of the site.",
    "Your own purchasing practices contribute most to this rank. Change them first.",
    "Much is unknown and the rank may change with it. Share the record and ask for the missing "
    "data before anything else.",
    "Several signals are high. Assess together with the supplier and worker organisations, not by "
    "an audit alone.",
    "Financial pressure contributes most. Prompt payment, advance payment or longer purchase "
    "commitments can ease it.",
    "Few signals are visible to this tool. Share the record in your regular dialogue.",
    "from your own purchasing records", "from a document the supplier's management may share",
    "1 flagged supplier is outside the audit plan. A flag is not part of the score and stands on "
    "its own: check it first, whatever the rank.",
    "New on the list.", "No longer on the list.", "Same rank",
    "not checked", "no suppliers", "1 supplier",
    "no earlier run", "public register", "own report", "rating by suppliers",
    "Payment terms over 60 days", "Days to pay", "times",
    "Forest lost each year", "of the forest", "Debts against assets", "of the assets",
    "Paid late by you, of what fell due",
    "Closed facility", "Grievance mechanism", "Public lists",
    "among the highest priorities within the limits",
    "selected at random, so that outcomes can be compared without bias",
    "Contested: the priority band is not used until the decision has been reviewed.",
    "no score: it can be selected at random only",
    "low", "lower middle", "upper middle", "high",
    "share", "sector", "sector section", "region", "size", "disclosure", "abridged or not",
    "whole list", "all suppliers", "supplier", "moved", "new", "gone",
    "Shared parent", "Shared site", "Shared address",
    "Read", "Unavailable", "Not configured", "Not recorded", "Read, no row for this list",
    "once", "daily", "weekly", "monthly", "quarterly", "yearly",
)  # fmt: skip
