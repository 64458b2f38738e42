"""What only the whole case can say of one transfer, kept beside the immutable batches.

``links/<key>.parquet`` has a row for each transfer that is not simply itself: it belongs to an
event seen in another record too, it was undone, it undoes another, or its holder is known only
from the account list or from a repeat of it. The key is made of the batches and of
``LINK_VERSION``, so that a reader never takes links that speak of other batches, or were made by
other rules, for its own. They are made before the batch they speak of is published;
``links/<key>.json``, written last, says that they are whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from qingfeng.errors import StoreDamaged
from qingfeng.store.batches import Manifest, digest
from qingfeng.store.files import sync_file, sync_folder, write_atomically

LINK_VERSION = 4
"""Raise it with every change of what links say: those of other versions are made again."""

LINK_COLUMNS = {
    "transfer_id": "VARCHAR",
    "event_id": "VARCHAR",
    "status": "VARCHAR",
    "counted": "BOOLEAN",
    "linked_to": "VARCHAR",
    "holder_name": "VARCHAR",
    "holder_id": "VARCHAR",
    "holder_phone": "VARCHAR",
    "bank": "VARCHAR",
    "refund_of": "VARCHAR",
}

_NEVER_COUNTED = "('failed', 'reversed', 'closed', 'returned')"


class LinkStore:
    """The links of one case, by the batches they speak of."""

    def __init__(self, case_folder: Path) -> None:
        self._case_folder = case_folder
        self.folder = case_folder / "links"

    def path(self, batches: Sequence[Manifest]) -> Path:
        """Where the links of *batches* are, or would be."""
        named = "\n".join([str(LINK_VERSION), *(each.folder.name for each in batches)])
        return self.folder / f"{hashlib.sha256(named.encode()).hexdigest()[:24]}.parquet"

    def find(self, batches: Sequence[Manifest]) -> Path | None:
        """The links of *batches*; None if they were not made, or are not whole any more."""
        path = self.path(batches)
        facts = _facts(path)
        whole = facts is not None and path.is_file() and path.stat().st_size == facts["bytes"]
        return path if whole else None

    @property
    def any(self) -> bool:
        """Was the case ever linked?"""
        return self.folder.is_dir() and any(self.folder.glob("*.json"))

    def keep(self, draft: Path, batches: Sequence[Manifest]) -> Path:
        """Let *draft* become the links of *batches*."""
        path = self.path(batches)
        sync_file(draft)
        facts = {"bytes": draft.stat().st_size, "sha256": digest(draft)}
        draft.replace(path)
        write_atomically(path.with_suffix(".json"), json.dumps(facts))
        sync_folder(self.folder.parent)
        return path

    def forget_others(self, batches: Sequence[Manifest]) -> None:
        """Remove links of other batches than these, drafts, and links as they once were kept."""
        path = self.path(batches)
        kept = {path, path.with_suffix(".json")}
        for each in [*self.folder.glob("*"), *self._case_folder.glob("links.*")]:
            if each not in kept:
                each.unlink()

    def verify(self, batches: Sequence[Manifest]) -> None:
        """Raise StoreDamaged if the links of *batches* are not what was written, and drop them.

        They can be made again, so the way out is to run the command again.
        """
        path = self.path(batches)
        facts = _facts(path)
        if facts is None or not path.is_file() or digest(path) == facts["sha256"]:
            return
        path.with_suffix(".json").unlink()
        raise StoreDamaged(
            path,
            "its content is not what was written",
            "It was made from the committed files and has been dropped; run the command again.",
        )


def _facts(path: Path) -> dict[str, str | int] | None:
    try:
        found = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"bytes", "sha256"} <= found.keys() else None


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
                 coalesce(t.holder_phone, l.holder_phone) AS holder_phone,
                 coalesce(t.bank, l.bank) AS bank,
                 coalesce(l.status, t.status) AS status,
                 coalesce(t.refund_of, l.refund_of) AS refund_of),
               coalesce(l.event_id, t.transfer_id) AS event_id,
               coalesce(l.counted, t.status NOT IN {_NEVER_COUNTED}, true) AS counted,
               l.linked_to, t.flags, t.source_row
        FROM delivered_transfers t LEFT JOIN {source} l USING (transfer_id)
    """
