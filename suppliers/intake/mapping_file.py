"""The mapping file of a list: what is certain, and each open question with candidate lines.

It is the `suppliers:` block of a profile, so that it can be used by itself or copied into one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from suppliers.header_text import normalise_header
from suppliers.intake.list_check import CheckedFile, ListCheck
from suppliers.intake.list_findings import Block, Candidate, ListFinding, rows_text

_HEAD = """\
# Mapping of a supplier list, written by `understory list check`.
# Lines without # are used. Under each question, take the # off the line that is right, or write
# your own; then check again with --mapping, and run:
#   understory run --suppliers FILE --mapping mapping.yaml
"""
#: Line of a file block when the candidate is taken.
_FILE_BLOCKS: tuple[Block, ...] = ("sheets", "drop", "map", "decimal", "constants")
_ANSWERS: tuple[Block, ...] = ("countries", "sectors", "towns")
_PLACEHOLDERS = {"countries": "XX", "sectors": "00", "towns": "TOWN, REGION"}


def mapping_text(check: ListCheck) -> str:
    """The mapping file of a check."""
    lines = ["suppliers:", "  files:"]
    for file in check.files:
        lines += _file_lines(file, check.findings)
    lines.append("  answers:")
    options = [file.options for file in check.files]
    given = {
        "countries": {k: v for one in options for k, v in one.answers.countries.items()},
        "sectors": {k: v for one in options for k, v in one.answers.sectors.items()},
        "towns": {k: v for one in options for k, v in one.answers.towns.items()},
    }
    for block in _ANSWERS:
        lines.append(f"    {block}:")
        lines += [f"      {_quoted(key)}: {_quoted(to)}" for key, to in given[block].items()]
        lines += _questions(block, check.findings)
    return _HEAD + "\n".join(lines) + "\n"


def _file_lines(file: CheckedFile, findings: Sequence[ListFinding]) -> list[str]:
    own = [one for one in findings if _is_of(one, file)]
    options = file.options
    lines = [f"    - path: {_quoted(str(file.path))}"]
    if options.sheets:
        lines.append(f"      sheets: [{', '.join(map(_quoted, options.sheets))}]")
    lines += [
        f"      # {one.text}: add {_quoted(one.key)} to sheets: to read it"
        for one in own
        if one.block == "sheets" and one.kind == "open"
    ]
    lines += _drop_lines(file, own)
    lines += _map_lines(file, own)
    lines += _one_of("decimal", options.decimal, own)
    constants = [f"        {key}: {_quoted(to)}" for key, to in options.constants.items()]
    questions = [one for one in own if one.block == "constants"]
    without_country = [o for o in own if o.rule == "missing_column" and o.key == "country"]
    if constants or questions:
        lines += ["      constants:", *constants]
    elif without_country:
        lines += [
            "      # or, where all rows are of one country:",
            "      # constants: {country: XX}",
        ]
    if questions:
        lines.append(f"        # {questions[0].text}")
        lines += [f"        # {questions[0].key}: {one.value}" for one in questions[0].candidates]
    return lines


def _drop_lines(file: CheckedFile, own: Sequence[ListFinding]) -> list[str]:
    dropped = dict.fromkeys(sorted(file.options.guard.drop))
    settled = {one.key: one for one in own if one.block == "drop" and one.kind == "settled"}
    lines = [f"        - {_quoted(header)}" for header in dropped if header not in settled]
    lines += [
        f"        - {_quoted(header)}    # person-level data (rule {one.rule})"
        for header, one in settled.items()
    ]
    for one in own:
        if one.block == "drop" and one.kind == "open":
            lines.append(f"        # {one.text}: leave out all but one")
            lines += [f"        # - {_quoted(candidate.value)}" for candidate in one.candidates]
    return ["      drop:", *lines] if lines else []


def _map_lines(file: CheckedFile, own: Sequence[ListFinding]) -> list[str]:
    open_fields = {one.key for one in own if one.block == "drop" and one.kind == "open"}
    certain = {**file.columns, **file.options.columns}
    lines = [
        f"        {_quoted(header)}: {field}"
        for header, field in certain.items()
        if field not in open_fields or header in file.options.columns
    ]
    for one in own:
        if one.block != "map":
            continue
        lines.append(f"        # {one.text}")
        if one.rule == "missing_column":
            headers = [candidate.value for candidate in one.candidates] or ["HEADER"]
            lines += [f"        # {_quoted(header)}: {one.key}" for header in headers]
        else:
            lines += [f"        # {_quoted(one.key)}: {field.value}" for field in one.candidates]
    return ["      map:", *lines] if lines else []


def _one_of(key: str, given: str | None, own: Sequence[ListFinding]) -> list[str]:
    if given is not None:
        return [f"      {key}: {given}"]
    questions = [one for one in own if one.block == key]
    if not questions:
        return []
    rows = [row for one in questions for row in one.rows]
    lines = [f"      # {questions[0].text} ({rows_text(rows)})"]
    return lines + [
        f"      # {key}: {one.value}    # {one.comment}" for one in questions[0].candidates
    ]


def _questions(block: Block, findings: Iterable[ListFinding]) -> list[str]:
    """Each distinct question once, with its candidates."""
    by_key: dict[str, list[ListFinding]] = {}
    for one in findings:
        if one.block == block:
            by_key.setdefault(normalise_header(one.key), []).append(one)
    lines = []
    for same in by_key.values():
        first = same[0]
        where = "; ".join(f"{one.file} {rows_text(one.rows)}" for one in same)
        lines.append(f"      # {first.text} ({where})")
        candidates = first.candidates or (Candidate(_PLACEHOLDERS[block]),)
        lines += [
            f"      # {_quoted(first.key)}: {_quoted(one.value)}"
            + (f"    # {one.comment}" if one.comment else "")
            for one in candidates
        ]
    return lines


def _is_of(finding: ListFinding, file: CheckedFile) -> bool:
    return finding.file == file.path.name or finding.file.startswith(f"{file.path.name}, sheet ")


def _quoted(text: str) -> str:
    """A text in quotation marks, as YAML and JSON both have it."""
    return json.dumps(text, ensure_ascii=False)
