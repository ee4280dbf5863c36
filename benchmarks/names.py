"""Suppliers placed in a register: time and accuracy beside all pairs by string ratio."""

from __future__ import annotations

import math
import random
import time
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process, utils

import configs
from benchmarks.synthetic_register import Query, made_queries, made_register
from suppliers.identity import legal_forms, romanisation, scripts, word_similarity, words_in_text
from suppliers.identity.candidates import candidates
from suppliers.identity.match_scoring import Thresholds, Verdict, judged
from suppliers.identity.parties import Party

ID = "names"
GOAL = "10,000 suppliers in 200,000 names: 8 x faster than brute ratio, no less accurate"

SUPPLIERS = 10_000
REGISTER = 200_000
ABSENT_SHARE = 0.3
BRUTE_SAMPLE = 400
REPEATS = 3
SEED = 20_261_121

#: Best entry by position, and the verdict on it where there is one.
_Placed = tuple[int | None, Verdict | None]


def run() -> str:
    """Place the suppliers both ways and print a table.

    The brute way compares each supplier with every name (`rapidfuzz.process.cdist`, `fuzz.ratio`,
    one thread, names lower-cased without marks). It runs on a sample and its time is scaled. Times
    are of the processor, over all threads, the best of a few: the brute way without its
    lower-casing, ours with all.

    Returns:
        Seconds, speed-up, top-1 accuracy and precision at the accept band, of both.
    """
    rng = random.Random(SEED)
    register = made_register(rng, REGISTER)
    queries = made_queries(rng, register, SUPPLIERS, ABSENT_SHARE)
    sample = queries[:BRUTE_SAMPLE]
    brute_seconds, brute_best, brute_scores = _brute(sample, register)
    own_seconds = math.inf
    for _ in range(REPEATS):
        _forget_words()
        start = time.process_time()
        placed = _placed(queries, register)
        own_seconds = min(own_seconds, time.process_time() - start)
    own_top, brute_top = _top1(sample, placed), _top1(sample, brute_best)
    accepted = [
        entry if verdict is not None and verdict.band == "accept" else None
        for entry, verdict in placed.values()
    ]
    precision, recall = _precision(queries, accepted)
    sample_precision, sample_recall = _precision(sample, accepted[:BRUTE_SAMPLE])
    brute_precision = _brute_precision(sample, brute_best, brute_scores, sample_recall)
    _print_kinds(queries, placed, accepted)
    print(
        f"brute ratio on {BRUTE_SAMPLE} suppliers, scaled: {brute_seconds:.1f} s; "
        f"ours on all {SUPPLIERS}: {own_seconds:.1f} s"
    )
    return (
        f"{own_seconds:.1f} s, brute ratio {brute_seconds:.1f} s, "
        f"{brute_seconds / own_seconds:.1f}x faster; top-1 {own_top:.3f} against {brute_top:.3f}; "
        f"precision at accept {sample_precision:.3f} (recall {sample_recall:.3f}) against "
        f"{brute_precision:.3f} at the same recall, {ABSENT_SHARE:.0%} of the suppliers not in the "
        f"register; all {SUPPLIERS}: precision {precision:.3f}, recall {recall:.3f}"
    )


def _forget_words() -> None:
    """Empty what is kept of single words, so that every repeat does the whole work."""
    for module in (legal_forms, romanisation, scripts, word_similarity, words_in_text):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _placed(queries: Sequence[Query], register: Sequence[Party]) -> dict[int, _Placed]:
    """Best entry and verdict by supplier, None where nothing is at least to be reviewed."""
    settings = configs.load().identity
    suppliers = [query.party for query in queries]
    thresholds = Thresholds(settings.accept, settings.review, settings.least_distinctive)
    found = candidates(
        suppliers,
        register,
        per_supplier=settings.candidates_per_supplier,
        block_limit=settings.block_limit,
    )
    order = {"accept": 2, "review": 1, "reject": 0}
    best: dict[int, _Placed] = dict.fromkeys(range(len(queries)), (None, None))
    compared = judged(
        found.pairs, suppliers, register, thresholds, names=found.names, shared=found.shared
    )
    for supplier, entry, verdict in compared:
        kept = best[supplier][1]
        if kept is None or (order[verdict.band], verdict.score) > (order[kept.band], kept.score):
            best[supplier] = (entry, verdict)
    return best


def _brute(
    sample: Sequence[Query], register: Sequence[Party]
) -> tuple[float, dict[int, _Placed], list[float]]:
    asked = [utils.default_process(query.party.names[0]) for query in sample]
    names = [utils.default_process(entry.names[0]) for entry in register]
    seconds = math.inf
    for _ in range(REPEATS):
        start = time.process_time()
        scores = process.cdist(asked, names, scorer=fuzz.ratio, dtype=np.uint8, workers=1)
        best = scores.argmax(axis=1)
        seconds = min(seconds, (time.process_time() - start) / len(sample) * SUPPLIERS)
    top = scores[np.arange(len(sample)), best].astype(float).tolist()
    return seconds, {i: (int(entry), None) for i, entry in enumerate(best)}, top


def _top1(
    sample: Sequence[Query],
    placed: dict[int, _Placed],
) -> float:
    """Share of the suppliers that are in the register whose best entry is the right one."""
    present = [(i, query.truth) for i, query in enumerate(sample) if query.truth is not None]
    return sum(placed[i][0] == truth for i, truth in present) / len(present)


def _precision(queries: Sequence[Query], accepted: Sequence[int | None]) -> tuple[float, float]:
    pairs = list(zip(queries, accepted, strict=True))
    linked = [(query, entry) for query, entry in pairs if entry is not None]
    right = sum(query.truth == entry for query, entry in linked)
    present = sum(query.truth is not None for query in queries)
    return right / max(len(linked), 1), right / max(present, 1)


def _brute_precision(
    sample: Sequence[Query],
    best: dict[int, _Placed],
    scores: Sequence[float],
    recall: float,
) -> float:
    """Precision of the brute way at the highest cut-off whose recall is no lower than `recall`."""
    precision = 0.0
    for cut in sorted(set(scores), reverse=True):
        accepted = [best[i][0] if score >= cut else None for i, score in enumerate(scores)]
        precision, reached = _precision(sample, accepted)
        if reached >= recall:
            break
    return precision


def _print_kinds(
    queries: Sequence[Query],
    placed: dict[int, _Placed],
    accepted: Sequence[int | None],
) -> None:
    rows: dict[str, list[tuple[bool, bool, bool]]] = defaultdict(list)
    for i, query in enumerate(queries):
        hit = query.truth is not None and placed[i][0] == query.truth
        rows[query.kind].append((hit, accepted[i] is not None, accepted[i] == query.truth))
    print(f"{'as written':<12}{'suppliers':>10}{'top-1':>8}{'accepted':>10}{'wrongly':>9}")
    for kind in sorted(rows):
        entries = rows[kind]
        top = sum(hit for hit, _, _ in entries) / len(entries)
        taken = sum(is_accepted for _, is_accepted, _ in entries)
        wrong = sum(is_accepted and not right for _, is_accepted, right in entries)
        print(f"{kind:<12}{len(entries):>10}{top:>8.3f}{taken:>10}{wrong:>9}")
