"""Who a finding is about: the names that delivered rows give its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

NAMES_SHOWN = 3

_SAID = """
    SELECT holder_id AS number, holder_name AS name FROM transfers
    UNION ALL SELECT account, holder_name FROM transfers
    UNION ALL SELECT card, holder_name FROM transfers
    UNION ALL SELECT counterparty_id, counterparty_name FROM transfers
    UNION ALL SELECT holder_id, holder_name FROM accounts
    UNION ALL SELECT account, holder_name FROM accounts
    UNION ALL SELECT card, holder_name FROM accounts
    UNION ALL SELECT person_id, name FROM persons
    UNION ALL SELECT company_id, name FROM companies
    UNION ALL SELECT agent_id, agent_name FROM agents
"""


def names_of(
    connection: duckdb.DuckDBPyConnection, findings: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """Subject key to names, the commonest first, ``、`` between; a key nobody names is left out.

    At most ``NAMES_SHOWN`` names and a remark on the others: several names of one number are
    for people to explain.
    """
    keys = sorted({str((each.get("subject") or {}).get("key") or "") for each in findings} - {""})
    connection.register("dossier_subject", pa.table({"number": pa.array(keys, pa.string())}))
    found = connection.execute(
        f"""SELECT number, list(name ORDER BY times DESC, name)
            FROM (SELECT number, name, count(*) AS times FROM ({_SAID})
                  SEMI JOIN dossier_subject USING (number)
                  WHERE name IS NOT NULL GROUP BY number, name)
            GROUP BY number"""
    ).fetchall()
    connection.unregister("dossier_subject")
    return {number: _joined(names) for number, names in found}


def _joined(names: Sequence[str]) -> str:
    more = len(names) - NAMES_SHOWN
    return "、".join(names[:NAMES_SHOWN]) + (f"等{len(names)}个名称" if more > 0 else "")
