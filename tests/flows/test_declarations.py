"""Columns that the user declared to name no one stand in the manifest with their reasons."""

import configs
from flows.run.request.inputs import declarations


def test_declarations_of_a_source_are_part_of_its_record() -> None:
    reasons = {"contact_code": "number of a purchasing office"}
    changes = {"sources": {"buyer_ledger": {"options": {"declared_false_alarms": reasons}}}}
    sources = configs.load(None, changes=changes, local=None).sources
    assert declarations(sources["buyer_ledger"]) == {"declared_false_alarms": reasons}
    assert declarations(sources["gleif"]) == {}
    assert declarations(None) == {}
