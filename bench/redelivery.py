"""A delivery as another hand would send it: other order, names, encodings and containers."""

from __future__ import annotations

import csv
import io
import random
import shutil
from pathlib import Path

import xlsxwriter

_ENCODINGS = ("gb18030", "utf-8", "utf-8-sig", "utf-16")
_AS_WORKBOOK = 0.1
_SHEET_ROWS = 20_000


def deliver_again(delivered: Path, target: Path, *, seed: int = 1) -> list[Path]:
    """Copy *delivered* below *target* in other forms; return its folders in a drawn order.

    Folders keep their names, and files theirs up to a number behind them: a query package says
    there whose rows they are.
    """
    rng = random.Random(seed)  # noqa: S311 - drawn the same way every time
    for path in sorted(path for path in delivered.rglob("*") if path.is_file()):
        folder = target / path.parent.relative_to(delivered)
        folder.mkdir(parents=True, exist_ok=True)
        _again(path, folder, rng)
    folders = sorted(target.iterdir())
    rng.shuffle(folders)
    return folders


def _again(path: Path, folder: Path, rng: random.Random) -> None:
    name = f"{path.stem}({rng.randrange(2, 90)})"
    text = _text(path)
    if text is None:
        shutil.copy(path, folder / f"{name}{path.suffix}")
        return
    lines = text.splitlines()
    if rng.random() < _AS_WORKBOOK and len(lines) < _SHEET_ROWS and path.suffix == ".csv":
        _workbook(folder / f"{name}.xlsx", text)
        return
    copy = folder / f"{name}{rng.choice(['.csv', '.txt', '.xls'])}"
    ends = rng.choice(["\n", "\r\n"])
    copy.write_bytes((ends.join(lines) + ends).encode(rng.choice(_ENCODINGS)))


def _text(path: Path) -> str | None:
    """The text of a delimited file, None for anything else."""
    raw = path.read_bytes()
    if raw.startswith((b"PK", b"\xd0\xcf")) or (b"\x00" in raw[:64] and raw[:2] != b"\xff\xfe"):
        return None
    for encoding in ("utf-16" if raw[:2] == b"\xff\xfe" else "utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if text.lstrip().startswith("<") else text
    return None


def _workbook(path: Path, text: str) -> None:
    dialect = "\t" if text.count("\t") > text.count(",") else ","
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("明细")
        for row, cells in enumerate(csv.reader(io.StringIO(text), delimiter=dialect)):
            for column, cell in enumerate(cells):
                if cell:
                    sheet.write_string(row, column, cell)
