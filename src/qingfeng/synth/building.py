"""Build a synthetic case: tell the story, deliver the files, write truth and oracle beside."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from qingfeng.errors import Refusal
from qingfeng.synth.deliver_others import (
    deliver_apps,
    deliver_case_material,
    deliver_registers,
    deliver_statements,
    deliver_wallets,
)
from qingfeng.synth.deliver_police import deliver_police
from qingfeng.synth.delivery import Delivery
from qingfeng.synth.expected import Expected
from qingfeng.synth.scale import scale_named
from qingfeng.synth.statements import render
from qingfeng.synth.story import tell
from qingfeng.synth.truth import Truth

DELIVERED, MARKER = "delivered", "truth.json"


class FolderTaken(Refusal):
    """The folder holds something that no synthetic case left there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(
            f"{folder} holds other files; name an empty folder for the synthetic case."
        )


@dataclass(frozen=True, slots=True)
class BuiltCase:
    """A case on disk.

    delivered: the folder to import. passwords_file: one password a line. files: files under
    *delivered*, lock files included. bookings: distinct bookings delivered. seconds: wall time.
    """

    folder: Path
    delivered: Path
    truth: Truth
    expected: Expected
    passwords_file: Path
    seconds: float
    files: int
    bookings: int


def build(folder: Path, *, scale: str = "small", seed: int = 7) -> BuiltCase:
    """Write a case of *scale* under *folder*: delivered/, truth.json, expected.json, passwords.txt.

    The same scale and seed give the same bytes. A synthetic case already in *folder* is
    replaced; FolderTaken if anything else lies there. UsageError for an unknown scale.
    """
    started = time.monotonic()
    wanted = scale_named(scale)
    delivered = folder / DELIVERED
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise FolderTaken(folder)
    if delivered.exists():
        shutil.rmtree(delivered)
    delivered.mkdir(parents=True)
    world, book = tell(wanted, seed)
    delivery = Delivery(delivered, render(world, book))
    deliver_police(delivery)
    deliver_statements(delivery)
    deliver_apps(delivery)
    deliver_wallets(delivery)
    deliver_registers(delivery)
    deliver_case_material(delivery)
    delivery.expected.count_accounts(delivery.statements)
    passwords = folder / "passwords.txt"
    passwords.write_text("".join(f"{line}\n" for line in delivery.passwords), encoding="utf-8")
    _write_json(folder / MARKER, world.truth.as_json())
    _write_json(folder / "expected.json", delivery.expected.as_json())
    files = sum(path.is_file() for path in delivered.rglob("*"))
    bookings = int(delivery.statements.delivered.sum())
    return BuiltCase(
        folder,
        delivered,
        world.truth,
        delivery.expected,
        passwords,
        time.monotonic() - started,
        files,
        bookings,
    )


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
