"""A dossier (卷宗): working paper, page and seal of one case in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from qingfeng.detectors.runner import run
from qingfeng.errors import Refusal
from qingfeng.periods import Clock
from qingfeng.report.dossier_content import gather
from qingfeng.report.dossier_manifest import MANIFEST, SUMS, write_manifest
from qingfeng.report.dossier_page import write_page
from qingfeng.report.dossier_workbook import write_working_paper
from qingfeng.report.proof import prove
from qingfeng.store import Case

LISTED = 5_000
"""Rows of a list of the proof that the working paper holds at most; it says if there are more."""

WORKING_PAPER, PAGE = "working_paper.xlsx", "dossier.html"


class DossierFolderInUse(Refusal):
    """The folder holds something that is no part of a dossier; nothing was written."""

    def __init__(self, folder: Path, foreign: str) -> None:
        self.folder, self.foreign = folder, foreign
        super().__init__(
            f"{folder} already holds {foreign!r}, which the seal would not cover. "
            f"Name an empty folder."
        )


@dataclass(frozen=True, slots=True)
class DossierFiles:
    """Where the parts of a written dossier lie."""

    working_paper: Path
    page: Path
    manifest: Path
    sums: Path


def write_dossier(
    case: Case,
    out: Path,
    *,
    findings: Mapping[str, Any],
    proof: Mapping[str, Any],
    created: datetime,
) -> DossierFiles:
    """Write the dossier into *out*, replacing an earlier one there.

    findings: ``{"runs": [...], "findings": [...]}`` as the runner gives it.
    proof: as ``report.proof.prove`` gives it; empty if there is none. The working paper shows
        all of it, the page the first rows of each list.
    created: aware. The same inputs give the same bytes.
    Raises DossierFolderInUse, StoreDamaged; UsageError is left to the caller of the runner.
    """
    files = DossierFiles(out / WORKING_PAPER, out / PAGE, out / MANIFEST, out / SUMS)
    own = {WORKING_PAPER, PAGE, MANIFEST, SUMS}
    if out.exists():
        foreign = sorted(each.name for each in out.iterdir() if each.name not in own)
        if foreign:
            raise DossierFolderInUse(out, foreign[0])
    dossier = gather(case, findings=findings, proof=proof, created=created)
    out.mkdir(parents=True, exist_ok=True)
    write_working_paper(dossier, files.working_paper)
    write_page(dossier, files.page)
    write_manifest(dossier, out, [WORKING_PAPER, PAGE])
    return files


def dossier_of(case: Case, out: Path, *, clock: Clock | None = None) -> DossierFiles:
    """Run every detector, prove the case, and write the dossier."""
    now = (clock or Clock()).now()
    return write_dossier(
        case, out, findings=run(case), proof=prove(case, limit=LISTED), created=now
    )
