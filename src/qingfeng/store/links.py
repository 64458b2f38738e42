"""What only the whole case can say of one transfer, kept beside the immutable batches.

``links.parquet`` has a row for each transfer that is not simply itself: it belongs to an event
seen in another record too, it was undone, it undoes another, or its holder is known only from
the account list. It is rewritten as a whole after each import.
"""

from __future__ import annotations

from pathlib import Path

LINK_COLUMNS = {
    "transfer_id": "VARCHAR",
    "event_id": "VARCHAR",
    "status": "VARCHAR",
    "counted": "BOOLEAN",
    "linked_to": "VARCHAR",
    "holder_name": "VARCHAR",
    "holder_id": "VARCHAR",
    "refund_of": "VARCHAR",
}

_NEVER_COUNTED = "('failed', 'reversed', 'closed', 'returned')"


def transfers_view(links: Path | None) -> str:
    """SQL of the view ``transfers`` over ``delivered_transfers`` and the links."""
    if links is None:
        nothing = ", ".join(
            f"CAST(NULL AS {kind}) AS {name}" for name, kind in LINK_COLUMNS.items()
        )
        source = f"(SELECT {nothing} WHERE false)"
    else:
        source = f"read_parquet('{str(links).replace(chr(39), chr(39) * 2)}')"
    return f"""
        CREATE VIEW transfers AS
        SELECT t.* EXCLUDE (flags, source_row) REPLACE (
                 coalesce(t.holder_name, l.holder_name) AS holder_name,
                 coalesce(t.holder_id, l.holder_id) AS holder_id,
                 coalesce(l.status, t.status) AS status,
                 coalesce(t.refund_of, l.refund_of) AS refund_of),
               coalesce(l.event_id, t.transfer_id) AS event_id,
               coalesce(l.counted, t.status NOT IN {_NEVER_COUNTED}, true) AS counted,
               l.linked_to, t.flags, t.source_row
        FROM delivered_transfers t LEFT JOIN {source} l USING (transfer_id)
    """
