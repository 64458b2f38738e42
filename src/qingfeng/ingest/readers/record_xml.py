"""XML of plain records (police and bank interfaces): one grid a kind of record."""

from __future__ import annotations

from lxml import etree

from qingfeng.errors import UnknownContent, UnreadableFile
from qingfeng.ingest.grid import Grid
from qingfeng.ingest.readers import cells
from qingfeng.ingest.readers.limits import DEFAULT, Limits
from qingfeng.ingest.readers.markup import SafeParser

_EXPORT = "Export it as csv or xlsx."
_JOINT = "；"
_LEAST = 2
"""An element of fewer values is a value, not a record."""


def read_records(raw: bytes, member: str, place: str, limits: Limits = DEFAULT) -> list[Grid]:
    """Return a grid for each element name that holds records: its values, named by element.

    A record is an element of at least two children that are all values; its attributes are
    values of it too. The names stand in row 1, each record in a row below, in the order of the
    file. A value that is given twice in a record stands as both, joined by ；.
    Raises UnreadableFile if the XML is beyond repair or too large, UnknownContent if it holds
    no record.
    """
    if len(raw) > limits.markup_bytes:
        raise UnreadableFile(place, f"XML of more than {limits.markup_bytes:,} bytes", _EXPORT)
    document = SafeParser(place).xml(raw)
    kinds: dict[str, list[dict[str, str]]] = {}
    for element in document.root.iter(etree.Element):
        values = _values(element)
        if values:
            kinds.setdefault(_name(element.tag), []).append(values)
    if not kinds:
        raise UnknownContent(place, "an XML without records", _EXPORT)
    grids = []
    for kind, records in kinds.items():
        names = list(dict.fromkeys(name for record in records for name in record))
        rows = [names, *([record.get(name, "") for name in names] for record in records)]
        frame = cells.Frame(
            member=member, sheet=kind, kind="xml", encoding=document.encoding, notes=document.notes
        )
        grids.append(cells.grid_of(rows, frame, fill_limit=0))
    return grids


def _values(element: etree._Element) -> dict[str, str]:
    """The values of a record; none if something below it is more than a value."""
    if len(element) < _LEAST or any(len(child) for child in element):
        return {}
    found = {_name(name): str(value).strip() for name, value in element.items()}
    for child in element:
        name, text = _name(child.tag), (child.text or "").strip()
        known = found.get(name, "")
        found[name] = (
            f"{known}{_JOINT}{text}" if known and text and known != text else known or text
        )
    return found


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2]
