"""Upstream inputs of a country's sector from an input-output table, as context only.

The figures describe country-sectors, never a supplier: no score, weight or flag uses them.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: A sector of a country: ISO 3166 code (or code of a group of countries) and name.
CountrySector = tuple[str, str]

_ORIGIN, _BUYER = ("from_country", "from_sector"), ("to_country", "to_sector")

REQUIREMENT_SCHEMA: dict[str, pl.DataType] = {
    "to_country": pl.String(),
    "to_sector": pl.String(),
    "from_country": pl.String(),
    "from_sector": pl.String(),
    "direct": pl.Float64(),
    "total": pl.Float64(),
    "direct_share": pl.Float64(),
    "upstream_share": pl.Float64(),
}


def upstream_requirements(
    coefficients: pl.DataFrame, wanted: Sequence[CountrySector]
) -> pl.DataFrame:
    """Inputs that sectors need from every origin sector, directly and over all tiers upstream.

    With A the matrix of input coefficients (row: origin, column: buying sector), the output that
    one unit of final demand for sector s requires is column s of the Leontief inverse
    L = (I - A)^-1. L - I = A + A^2 + ... are the inputs alone: those of the first tier, of the
    second, and so on. As L - I = L A, its column s is the solution of (I - A) x = A e_s, so that
    only the wanted ones are computed. Every column of A must sum to less than 1, so that the
    series converges.

    Source: Leontief (1936), Review of Economics and Statistics 18(3), 105-125; Miller and Blair
    (2009), Input-Output Analysis, 2nd edition, sections 2.2 and 2.4.

    Args:
        coefficients: from_country, from_sector, to_country, to_sector, coefficient (input per
            unit of output, in money, not negative), each pair once and no null. A pair that is
            not there is 0.
        wanted: the buying sectors; one without inputs in the table has no rows.

    Returns:
        Columns of `REQUIREMENT_SCHEMA`, a row for each origin with inputs: `direct` is its entry
        of A and `total` that of L - I; the shares are of the sums over all origins (0 to 1).
        Largest upstream share first.
    """
    from scipy.sparse import csc_array, eye_array
    from scipy.sparse.linalg import splu

    pairs = [
        coefficients.select(country=country, sector=sector) for country, sector in (_ORIGIN, _BUYER)
    ]
    keys = pl.concat(pairs).unique(maintain_order=True).with_row_index("at")
    position_of = {(country, sector): at for at, country, sector in keys.iter_rows()}
    rows, columns = (
        pair.join(keys, on=["country", "sector"], how="left", maintain_order="left")[
            "at"
        ].to_numpy()
        for pair in pairs
    )
    size = keys.height
    values = coefficients["coefficient"].to_numpy()
    inputs = csc_array((values, (rows, columns)), shape=(size, size))
    solver = splu((eye_array(size, format="csc") - inputs).tocsc()) if size else None
    of_sectors = [pl.DataFrame(schema=REQUIREMENT_SCHEMA)]
    for country, sector in wanted:
        at = position_of.get((country, sector))
        if solver is None or at is None:
            continue
        direct = inputs[:, [at]].toarray().ravel()
        origins = keys.select(
            to_country=pl.lit(country),
            to_sector=pl.lit(sector),
            from_country="country",
            from_sector="sector",
            direct=pl.Series(direct),
            total=pl.Series(solver.solve(direct)),
        ).filter(pl.col("total") > 0)
        of_sectors.append(
            origins.with_columns(
                direct_share=pl.col("direct") / pl.col("direct").sum(),
                upstream_share=pl.col("total") / pl.col("total").sum(),
            ).sort("upstream_share", "from_country", "from_sector", descending=[True, False, False])
        )
    return pl.concat(of_sectors)
