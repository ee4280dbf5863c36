"""All signals of a list read against their anchors and peers: what scores are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.normalisation.alignment import AlignedSignal, Values, align
from scoring.normalisation.normalise import SignalScale
from scoring.normalisation.normalised_matrix import Columns, NormalisedMatrix, shared
from scoring.normalisation.peer_groups import PeerGroups, peer_groups, peer_keys
from scoring.normalisation.reference_distribution import Reference, freeze_reference
from scoring.normalisation.sector_relevance import SectorKinds, sectors_of, weighted_by_sector
from scoring.normalisation.shrinkage import shrink_to_peers
from scoring.normalisation.signal_reading import Comparison, SignalReading
from scoring.scoring_model import ScoredSignal, ScoringModel

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class NormalisedSignals:
    """A list as read.

    Attributes:
        supplier_ids: ascending; the order of all rows.
        keys: peer keys of each supplier.
        commodity_hs: HS chapter of what each supplier sells, null where it is not stated.
        aligned: by signal, the rows as measured.
        own: normalised supplier-specific signals, in the order of the model's signals.
        context: normalised context signals, in the order of the model's.
        reference: the peer values used.
        comparison: the peer groups used.
        peer_group: finest peer level of each supplier that has enough suppliers.
        peer_group_size: suppliers of that group in the list.
        notes: what the reader should know about the comparison, a sentence each.
    """

    supplier_ids: pl.Series
    keys: pl.DataFrame
    commodity_hs: pl.Series
    aligned: Mapping[str, AlignedSignal]
    own: NormalisedMatrix
    context: NormalisedMatrix
    reference: Reference
    comparison: Comparison
    peer_group: pl.Series
    peer_group_size: NDArray[np.int64]
    notes: tuple[str, ...]

    def reading(self, signal: ScoredSignal) -> SignalReading:
        """One signal with its peers, to read other values by."""
        scale = self.aligned[signal.signal_id].scale
        return self.comparison.reading(signal, self.reference, scale)


def normalise_signals(
    values: Values,
    suppliers: pl.DataFrame,
    income: pl.DataFrame | None,
    model: ScoringModel,
    reference: Reference | None = None,
    kept: dict[str, AlignedSignal] | None = None,
) -> NormalisedSignals:
    """Read every signal of a list.

    Args:
        values: columns of `signal_values`.
        suppliers: columns of `stg_suppliers`.
        income: country_iso3 and income_group, one row per country, or None.
        model: normalisers, peers and quantiles.
        reference: a frozen baseline, or None to compare the list with itself.
        kept: signals as an earlier pass over the same list had them, see
            `scoring.normalisation.alignment`.

    Raises:
        DataRejectedError: values that are infinite, given twice or of unknown suppliers or signals.
    """
    listed = suppliers.sort("supplier_id")
    goods = listed["commodity_hs"] if "commodity_hs" in listed.columns else None
    keys = peer_keys(listed, income)
    return normalise_keyed(values, listed["supplier_id"], keys, model, reference, goods, kept)


def normalise_keyed(
    values: Values,
    supplier_ids: pl.Series,
    keys: pl.DataFrame,
    model: ScoringModel,
    reference: Reference | None = None,
    commodity_hs: pl.Series | None = None,
    kept: dict[str, AlignedSignal] | None = None,
) -> NormalisedSignals:
    """Read every signal of a list whose peer keys are available.

    Args:
        values: columns of `signal_values`.
        supplier_ids: the list, ascending.
        keys: peer keys of each supplier, as `scoring.peers.peer_keys` gives them.
        model: normalisers, peers and quantiles.
        reference: a frozen baseline, or None to compare the list with itself.
        commodity_hs: HS chapter of each supplier's goods; None: not known.
        kept: as `read`.

    Raises:
        DataRejectedError: as `read`.
    """
    signals = (*model.signals, *model.context_signals)
    aligned = align(values, supplier_ids, [signal.signal_id for signal in signals], kept)
    own_groups, (own_cells,) = peer_groups([keys], model.peers)
    sectors = sectors_of(keys, commodity_hs)
    kinds = SectorKinds.of(sectors)
    for signal in signals:
        if signal.relevance is not None:
            measured = aligned[signal.signal_id]
            aligned[signal.signal_id] = weighted_by_sector(measured, signal.relevance, kinds)
        if signal.shrinks:
            measured = aligned[signal.signal_id]
            peers = own_groups.by_disclosure() if signal.reads_accounts else own_groups
            found = shrink_to_peers(measured.usable, measured.stderr, peers, own_cells)
            aligned[signal.signal_id] = replace(
                measured,
                usable=found.value,
                stderr=found.stderr,
                shrinkage_weight=found.shrinkage_weight,
            )
    own_reference = freeze_reference(
        keys, {signal_id: part.usable for signal_id, part in aligned.items()}
    )
    used, notes = (own_reference, ()) if reference is None else _completed(reference, own_reference)
    groups, (cell_of_row, cell_of_key) = peer_groups([keys, used.keys], model.peers)

    comparison = Comparison(groups, groups.by_disclosure(), cell_of_row, cell_of_key)

    def evidence(of: tuple[ScoredSignal, ...]) -> NormalisedMatrix:
        return _evidence(of, aligned, comparison, used, model)

    peer_group, peer_group_size = _supplier_level(groups, cell_of_row)
    return NormalisedSignals(
        supplier_ids=supplier_ids,
        keys=keys,
        commodity_hs=sectors["commodity_hs"],
        aligned=aligned,
        own=evidence(model.signals),
        context=evidence(model.context_signals),
        reference=used,
        comparison=comparison,
        peer_group=peer_group,
        peer_group_size=peer_group_size,
        notes=notes,
    )


def _evidence(
    signals: tuple[ScoredSignal, ...],
    aligned: Mapping[str, AlignedSignal],
    comparison: Comparison,
    reference: Reference,
    model: ScoringModel,
) -> NormalisedMatrix:
    columns = tuple(
        _columns(
            comparison.reading(signal, reference, aligned[signal.signal_id].scale),
            aligned[signal.signal_id],
            model,
        )
        for signal in signals
    )
    return NormalisedMatrix(
        signals,
        columns,
        comparison.cell_of_row.size,
        has_group_weights=any(bool((column.group_weight != 1).any()) for column in columns),
    )


def _columns(reading: SignalReading, measured: AlignedSignal, model: ScoringModel) -> Columns:
    """What is read of a signal; of one that neither the list nor the reference knows, nothing."""
    values, relevance, missing = measured.usable, measured.relevance, model.missing
    figures: Mapping[str, Callable[[SignalScale], Floats]] = {
        "risk": lambda scale: scale.risk(values),
        "percentile": lambda scale: scale.percentile(values),
        "typical": lambda scale: scale.peer_risk(0.5),
        "low": lambda scale: scale.peer_risk(missing.low_quantile),
        "high": lambda scale: scale.peer_risk(missing.high_quantile),
    }
    nothing = shared(np.nan, values.size)
    if reading.peers.is_unknown:
        found, absolute, peer_value = dict.fromkeys(figures, nothing), nothing, nothing
    else:
        found = {name: relevance * reading.figure(of) for name, of in figures.items()}
        peer_value = reading.figure(SignalScale.peer_value)
        match reading.is_absolute:
            case True:
                absolute = found["risk"]
            case False:
                absolute = nothing
            case None:
                absolute = relevance * reading.figure(lambda scale: scale.absolute(values))
    return Columns(
        **found,
        absolute=absolute,
        peer_value=peer_value,
        applicable=measured.applicable,
        relevance=relevance,
        group_weight=measured.group_weight,
    )


def _completed(frozen: Reference, present: Reference) -> tuple[Reference, tuple[str, ...]]:
    """The baseline, with the list's own values for signals that it does not know."""
    known = {signal_id for signal_id, (_, values) in frozen.values.items() if values.size}
    lacking = [
        signal_id
        for signal_id, (_, values) in present.values.items()
        if signal_id not in known and values.size
    ]
    offset = frozen.keys.height
    values = {signal_id: frozen.values.get(signal_id, _NOTHING) for signal_id in present.values}
    for signal_id in lacking:
        cells, observed = present.values[signal_id]
        values[signal_id] = (cells + offset, observed)
    notes = tuple(
        f"Signal {signal_id} is not in the frozen reference: it is compared within this list, so "
        "its normalised values do not compare with other months."
        for signal_id in lacking
    )
    return Reference(pl.concat([frozen.keys, present.keys]), values), notes


def _supplier_level(
    groups: PeerGroups, cell_of_row: NDArray[np.int64]
) -> tuple[pl.Series, NDArray[np.int64]]:
    members = groups.members(cell_of_row)
    level = groups.level_of_cell(members)[cell_of_row]
    count = np.zeros(level.size, dtype=np.int64)
    for number in range(len(groups.level_names)):
        rows = np.flatnonzero(level == number)
        count[rows] = members[number][groups.group_of_cell[number][cell_of_row[rows]]]
    names = pl.Series(groups.level_names, dtype=pl.String)
    return names.gather(pl.Series(level)).alias("peer_group"), count


_NOTHING = (np.empty(0, dtype=np.int64), np.empty(0))
