"""Facts of one XBRL document: inline XBRL (HTML) or a plain instance of 2009 and after."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from suppliers.input_errors import DataRejectedError
from suppliers.intake.days import stated_day, stated_moment
from suppliers.intake.numbers import stated_number, stated_whole

_COMMA_DECIMAL = re.compile(r"^(num-?comma-?decimal|numdotcomma|numspacecomma)", re.I)
#: Groups of three, or of two before the last three as in India.
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]*)?")
_SWAPPED = str.maketrans(",.", ".,")
_REGISTERED = re.compile(
    rb"identifier[^>]*companieshouse\.gov\.uk[^>]*>\s*([A-Za-z0-9]{1,8})\s*<", re.IGNORECASE
)
_CURRENCY = re.compile(r"(?:^|:)([A-Z]{3})$")


@dataclass(frozen=True)
class Fact:
    """One reported fact.

    Attributes:
        name: of the concept, without its prefix.
        start: first day of its period; None for a balance.
        end: last day, or the day of the balance.
        members: names of the dimension members it is qualified by, without prefixes.
        currency: three letters; None for pure numbers and texts.
        text: as a text; see `number`.
        value: as a number, or None.
    """

    name: str
    start: dt.date | None
    end: dt.date
    members: frozenset[str]
    currency: str | None
    text: str
    value: float | None


@dataclass(frozen=True)
class _Context:
    start: dt.date | None
    end: dt.date
    members: frozenset[str]


def read_instance(content: bytes, name: str) -> list[Fact]:
    """All facts of a document whose context is a day or a period.

    Args:
        content: the bytes of an XHTML or XML document.
        name: of the file, for messages.

    Raises:
        DataRejectedError: no well-formed XML, or it defines entities, which accounts never need.
    """
    try:
        root: Element = ElementTree.fromstring(content)
    except DefusedXmlException as error:
        raise DataRejectedError(
            f"{name}: the document defines XML entities, which may swell without end; it is not "
            "read."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise DataRejectedError(
            f"{name}: it is not well-formed XML and may be cut off; fetch it again."
        ) from error
    contexts = dict(_contexts(root))
    units = dict(_units(root))
    return [fact for element in root.iter() for fact in _fact(element, contexts, units)]


def company_number(content: bytes) -> str | None:
    """The British company number that a document's contexts are about, of eight characters.

    Args:
        content: the bytes of an XHTML or XML document.

    Returns:
        None where it states none, or several.
    """
    found = {match[1].decode().upper().zfill(8) for match in _REGISTERED.finditer(content)}
    return found.pop() if len(found) == 1 else None


def _contexts(root: Element) -> Iterator[tuple[str, _Context]]:
    for context in root.iter():
        if _local(context.tag) != "context":
            continue
        days: dict[str, dt.date] = {}
        members = set()
        for part in context.iter():
            tag = _local(part.tag)
            if tag in ("instant", "startDate", "endDate"):
                try:
                    days[tag] = _day_of(part.text or "", is_end=tag != "startDate")
                except ValueError:
                    continue
            elif tag in ("explicitMember", "typedMember"):
                # A typed member holds its value in an element of its own.
                members.add(_without_prefix("".join(part.itertext()).strip()))
        end = days.get("instant", days.get("endDate"))
        if end is not None:
            yield context.get("id", ""), _Context(days.get("startDate"), end, frozenset(members))


def _day_of(text: str, *, is_end: bool) -> dt.date:
    """The day of a date, or of a moment: midnight at the end of a period is of the day before."""
    if is_end and "T" in text:
        return (stated_moment(text) - dt.timedelta(seconds=1)).date()
    return stated_day(text)


def _units(root: Element) -> Iterator[tuple[str, str | None]]:
    for unit in root.iter():
        if _local(unit.tag) == "unit":
            measures = [part.text or "" for part in unit.iter() if _local(part.tag) == "measure"]
            found = _CURRENCY.search(measures[0].strip()) if len(measures) == 1 else None
            yield unit.get("id", ""), found[1] if found else None


def _fact(
    element: Element, contexts: dict[str, _Context], units: dict[str, str | None]
) -> Iterator[Fact]:
    context = contexts.get(element.get("contextRef", ""))
    if context is None:
        return
    is_inline = _local(element.tag) in ("nonFraction", "nonNumeric", "fraction")
    name = element.get("name", "") if is_inline else _local(element.tag)
    text = " ".join("".join(element.itertext()).split())
    value = None if _local(element.tag) == "nonNumeric" else _number(element, text)
    yield Fact(
        name=_without_prefix(name),
        start=context.start,
        end=context.end,
        members=context.members,
        currency=units.get(element.get("unitRef", "")),
        text=text,
        value=value,
    )


def _number(element: Element, text: str) -> float | None:
    """The value of a number as written: its format, sign and scale."""
    shape = _without_prefix(element.get("format", ""))
    written = text.replace("\u00a0", "").replace(" ", "").replace("'", "")
    if shape.lower() in ("zerodash", "numdash", "fixed-zero", "nocontent") or written in ("-", "–"):
        return 0.0
    has_comma = _COMMA_DECIMAL.search(shape) is not None
    negative = element.get("sign") == "-"
    if written.startswith("(") and written.endswith(")"):
        written, negative = written[1:-1], True
    try:
        scale = stated_whole(element.get("scale") or 0)
        value = stated_number(_with_a_dot(written, has_comma=has_comma)) * 10.0**scale
    except (ValueError, OverflowError):
        return None
    return -value if negative else value


def _with_a_dot(written: str, *, has_comma: bool) -> str:
    """A number without its marks of thousands; one that contradicts its format stays, and is none.

    Args:
        written: such as `1,234.5`.
        has_comma: whether the format says that a comma is the decimal mark, as in `1.234,5`.
    """
    swapped = written.translate(_SWAPPED) if has_comma else written
    if _GROUPED.fullmatch(swapped):
        return swapped.replace(",", "")
    return swapped if "," not in swapped else written


def _local(tag: object) -> str:
    """Name of an element without its namespace; comments have none."""
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _without_prefix(name: str) -> str:
    return name.rsplit(":", 1)[-1]
