"""All signals of a list read against their anchors and peers: what scores are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.normalisation.alignment import AlignedSignal, align
from scoring.normalisation.normalise import SignalScale
from scoring.normalisation.peer_groups import PeerGroups, peer_groups, peer_keys
from scoring.normalisation.reference_distribution import Reference, freeze_reference
from scoring.normalisation.sector_relevance import sectors_of, weighted_by_sector
from scoring.normalisation.shrinkage import shrink_to_peers
from scoring.normalisation.signal_reading import Comparison, SignalReading
from scoring.scoring_model import ScoredSignal, ScoringModel

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


_READ_FIGURES = ("risk", "absolute", "percentile", "typical", "low", "high", "peer_value")


@dataclass(frozen=True)
class NormalisedMatrix:
    """Normalised values of all suppliers, signal by signal; matrices are [suppliers, signals].

    Risks of every kind, the peers' too, are already multiplied by the relevance of the change for
    the supplier's sector: peers are what the supplier would be with their values.

    Attributes:
        signals: the columns.
        risk: 0..1 by the configured normaliser, NaN where missing.
        absolute: by anchors or threshold, NaN where missing or where the signal has neither.
        percentile: rank among peers, NaN where missing.
        typical: median risk of the supplier's peers, NaN where no one is known.
        low: low quantile of the peers' risk, likewise.
        high: high quantile of the peers' risk, likewise.
        peer_value: median value of the peers, in the signal's unit, likewise.
        applicable: whether the signal means something for the supplier.
        relevance: what risks were multiplied by, 0..1; 1 where no sector is weighed.
        group_weight: times the signal's own weight, in the supplier's sector group; 1 where the
            group states none.
    """

    signals: tuple[ScoredSignal, ...]
    risk: Floats
    absolute: Floats
    percentile: Floats
    typical: Floats
    low: Floats
    high: Floats
    peer_value: Floats
    applicable: Flags
    relevance: Floats
    group_weight: Floats

    @cached_property
    def has_group_weights(self) -> bool:
        """Whether any sector group gives a signal another weight than everywhere."""
        return bool((self.group_weight != 1).any())

    def weighed(self, weights: Floats) -> Floats:
        """Weights as sector groups have them.

        Args:
            weights: [signals] flattened.

        Returns:
            [suppliers, signals]; [signals], as given, where no group states a weight.
        """
        return self.group_weight * weights if self.has_group_weights else weights

    @property
    def present(self) -> Flags:
        """Where there is a value that may be used."""
        return ~np.isnan(self.risk)


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
    values: pl.DataFrame | pl.LazyFrame,
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
    values: pl.DataFrame | pl.LazyFrame,
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
    for signal in signals:
        if signal.relevance is not None:
            measured = aligned[signal.signal_id]
            aligned[signal.signal_id] = weighted_by_sector(measured, signal.relevance, sectors)
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
    suppliers = comparison.cell_of_row.size

    def matrix() -> Floats:
        return np.empty((suppliers, len(signals)))

    # Filled column by column: of a long list, what each signal gave does not fit beside it.
    applicable = np.empty((suppliers, len(signals)), dtype=bool)
    relevance, group_weight = matrix(), matrix()
    columns = {name: matrix() for name in _READ_FIGURES}
    for column, signal in enumerate(signals):
        measured = aligned[signal.signal_id]
        applicable[:, column] = measured.applicable
        relevance[:, column] = measured.relevance
        group_weight[:, column] = measured.group_weight
        reading = comparison.reading(signal, reference, measured.scale)
        for name, of in _figures(measured.usable, model).items():
            found = reading.figure(of)
            columns[name][:, column] = found if name == "peer_value" else measured.relevance * found
    return NormalisedMatrix(
        signals=signals,
        applicable=applicable,
        relevance=relevance,
        group_weight=group_weight,
        **columns,
    )


def _figures(values: Floats, model: ScoringModel) -> Mapping[str, Callable[[SignalScale], Floats]]:
    """What is read of a signal, by the name of its matrix; all but the peers' value are risks."""
    missing = model.missing
    return {
        "risk": lambda scale: scale.risk(values),
        "absolute": lambda scale: scale.absolute(values),
        "percentile": lambda scale: scale.percentile(values),
        "typical": lambda scale: scale.peer_risk(0.5),
        "low": lambda scale: scale.peer_risk(missing.low_quantile),
        "high": lambda scale: scale.peer_risk(missing.high_quantile),
        "peer_value": lambda scale: scale.peer_value(),
    }


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
