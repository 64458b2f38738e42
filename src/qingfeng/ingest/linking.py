"""What only the whole case can say of one transfer: events, reversals, copies, holders.

The delivered rows are never changed; the answers lie beside them in ``links/``, which the view
``transfers`` overlays (see :mod:`qingfeng.store.links`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from qingfeng.ingest.linking_bookings import build_bookings, find_holders, find_shared_sheets
from qingfeng.ingest.linking_events import find_copies, find_sides, find_wallet_twins
from qingfeng.ingest.linking_identity import build_identities
from qingfeng.ingest.linking_matching import count, label_components
from qingfeng.ingest.linking_undoing import find_refunds, find_reversals
from qingfeng.store.batches import Manifest
from qingfeng.store.case import Case
from qingfeng.store.links import LINK_COLUMNS, LinkStore

_SUMMARY_KEY = b"link_summary"


@dataclass(frozen=True, slots=True)
class LinkSummary:
    """What one run of :func:`link` found. All values are numbers of bookings unless said.

    *events*: events seen in more than one record (not bookings). *copies*: second records of
    one booking, not counted. *side_pairs* and *wallet_pairs*: pairs. *several_sides*,
    *several_wallet_sides*, *several_originals*, *several_refunded*: there was a choice, and
    the nearest was taken. *doubtful_copies*: groups of alike records left as they are.
    *lonely_reversals*, *lonely_refunds*: undo something that was not delivered; a lonely
    reversal stays counted with its sign. *holders_found*, *holder_conflicts*, *holders_unknown*:
    bookings delivered without name or id of the holder. *collective_numbers*: account and
    card numbers whose stated pairs were not believed.
    """

    transfers: int
    events: int
    copies: int
    doubtful_copies: int
    side_pairs: int
    several_sides: int
    wallet_pairs: int
    several_wallet_sides: int
    reversal_pairs: int
    several_originals: int
    lonely_reversals: int
    refunds_linked: int
    several_refunded: int
    lonely_refunds: int
    holders_found: int
    holder_conflicts: int
    holders_unknown: int
    collective_numbers: int


def link(
    case: Case, *, memory: str | None = None, batches: Sequence[Manifest] | None = None
) -> LinkSummary:
    """Write the links of *batches*, all committed ones by default, atomically.

    Only rows that need it get a line. Running it again gives the same file content. The caller
    holds the case's write lock, or is sure that nobody imports. *memory* is a DuckDB limit
    (``"4GB"``) above which work spills into the case folder. Raises StoreDamaged.
    """
    seen = case.batches() if batches is None else batches
    with case.connect(memory=memory, batches=seen, linked=False) as connection:
        collective = build_identities(connection)
        find_holders(connection)
        find_shared_sheets(connection, seen)
        build_bookings(connection)
        doubtful = find_copies(connection)
        several_sides = find_sides(connection)
        several_wallet = find_wallet_twins(connection)
        several_originals, lonely_reversals = find_reversals(connection)
        several_refunded, lonely_refunds = find_refunds(connection)
        _number_events(connection)
        connection.execute("""
            CREATE OR REPLACE TEMP VIEW holder_link AS
            SELECT n, found_name, found_id, found_phone, found_bank FROM booking
            WHERE coalesce(found_name, found_id, found_phone, found_bank) IS NOT NULL
        """)

        def rows(condition: str) -> int:
            return count(connection, f"SELECT count(*) FROM {condition}")

        summary = LinkSummary(
            transfers=rows("booking"),
            events=count(connection, "SELECT count(DISTINCT label) FROM event"),
            copies=rows("copy"),
            doubtful_copies=doubtful,
            side_pairs=rows("side_pair"),
            several_sides=several_sides,
            wallet_pairs=rows("wallet_pair"),
            several_wallet_sides=several_wallet,
            reversal_pairs=rows("reversal_pair"),
            several_originals=several_originals,
            lonely_reversals=lonely_reversals,
            refunds_linked=rows("refund_link"),
            several_refunded=several_refunded,
            lonely_refunds=lonely_refunds,
            holders_found=rows("holder_link WHERE coalesce(found_name, found_id) IS NOT NULL"),
            holder_conflicts=rows("booking WHERE holder_conflict"),
            holders_unknown=rows(
                "booking WHERE holder_wanted AND NOT holder_conflict "
                "AND found_name IS NULL AND found_id IS NULL"
            ),
            collective_numbers=collective,
        )
        _write(connection, case.links, summary, seen)
    return summary


def ensure_linked(case: Case) -> None:
    """Link the case if its links do not speak of its batches: made by older rules, or lost.

    Raises StoreBusy if the case is being imported, StoreDamaged.
    """
    if not case.linked:
        with case.writing():
            link(case)


def last_summary(case: Case) -> LinkSummary | None:
    """What :func:`link` found in the present batches; None if they were not linked.

    Raises StoreDamaged.
    """
    path = case.links.find(case.batches())
    if path is None:
        return None
    try:
        kept = pq.read_metadata(path).metadata or {}
    except (pa.ArrowInvalid, OSError):
        case.links.verify(case.batches())
        raise
    return LinkSummary(**json.loads(kept[_SUMMARY_KEY])) if _SUMMARY_KEY in kept else None


def _number_events(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE event_edge AS
        SELECT n AS a, kept AS b FROM copy UNION ALL SELECT a, b FROM side_pair
        UNION ALL SELECT a, b FROM wallet_pair
    """)
    label_components(connection, "event_edge", "event")


def _write(
    connection: duckdb.DuckDBPyConnection,
    links: LinkStore,
    summary: LinkSummary,
    batches: Sequence[Manifest],
) -> None:
    links.folder.mkdir(exist_ok=True)
    draft = links.folder / f".{os.getpid()}.draft"
    kept = json.dumps(asdict(summary)).replace("'", "''")
    target = str(draft).replace("'", "''")
    columns = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in LINK_COLUMNS.items())
    connection.execute(f"""
        COPY (
            WITH undone AS (
                SELECT a AS n, 'reversal' AS status, b AS other FROM reversal_pair
                UNION ALL SELECT b, 'reversed', a FROM reversal_pair),
            touched AS (
                SELECT node AS n FROM event UNION SELECT n FROM undone
                UNION SELECT n FROM refund_link UNION SELECT n FROM holder_link)
            SELECT {columns} FROM (
                SELECT own.transfer_id, head.transfer_id AS event_id,
                       coalesce(u.status, CASE WHEN r.n IS NOT NULL THEN 'refund' END) AS status,
                       CASE WHEN u.n IS NOT NULL OR c.n IS NOT NULL OR NOT r.counts
                            THEN false END AS counted,
                       other.transfer_id AS linked_to, h.found_name AS holder_name,
                       h.found_id AS holder_id, h.found_phone AS holder_phone,
                       h.found_bank AS bank, r.original_serial AS refund_of
                FROM touched JOIN booking own USING (n)
                LEFT JOIN event e ON e.node = n LEFT JOIN booking head ON head.n = e.label
                LEFT JOIN undone u USING (n) LEFT JOIN copy c USING (n)
                LEFT JOIN refund_link r USING (n) LEFT JOIN holder_link h USING (n)
                LEFT JOIN booking other ON other.n = coalesce(c.kept, u.other, r.original))
            ORDER BY transfer_id
        ) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1,
                         KV_METADATA {{{_SUMMARY_KEY.decode()}: '{kept}'}})
    """)
    links.keep(draft, batches)
