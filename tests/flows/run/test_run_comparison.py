"""The method of an earlier month, as its manifest says it."""

from pathlib import Path

from flows.run.history.run_comparison import method_of
from flows.run.request import run_request
from scoring.scoring_model import scoring_model
from signals.registry import signals, sources


def test_an_unchanged_configuration_is_the_same_method(tmp_path: Path) -> None:
    """Then an earlier month is read once, and not under either method."""
    path = tmp_path / "l.csv"
    path.write_text("supplier_id,name,country\na,Alpha Textiles Ltd,Bangladesh\n")
    settings = run_request.settings_of(None, [], [path])
    cards = {name: signal.card for name, signal in signals().items()}
    source_cards = {name: module.CARD for name, module in sources().items()}
    model = scoring_model(settings, cards, source_cards)
    manifest = {"config": settings.model_dump(mode="json"), "reference": {"mode": "own"}}
    found, reference = method_of(manifest, tmp_path, cards, source_cards, (None, None))
    assert found == model
    assert reference is None
