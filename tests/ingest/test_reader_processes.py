"""Readers are processes of their own, whatever program imports."""

from __future__ import annotations

import subprocess
import sys

import openpyxl
import pytest

from tests.ingest.imports import HEADER, booking

SCRIPT = """
import sys
from pathlib import Path
from qingfeng.ingest.run import import_paths
from qingfeng.store import Home
case = Home(Path(sys.argv[1])).create_case("C", title="T", instrument="N")
print(import_paths(case, [Path(sys.argv[2])])["totals"]["rows_kept"])
"""


@pytest.mark.parametrize("piped", [True, False], ids=["standard input", "a script without guard"])
def test_a_script_may_import_as_it_runs(tmp_path, piped):
    book = openpyxl.Workbook()
    for line in (HEADER, booking(1, serial="S1")):
        book.active.append(line.split(","))
    book.save(tmp_path / "a.xlsx")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    words = [sys.executable, "-" if piped else str(script), str(tmp_path), str(tmp_path / "a.xlsx")]
    ran = subprocess.run(words, input=SCRIPT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["1"]
