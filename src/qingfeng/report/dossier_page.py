"""The dossier as one HTML file: no script, no outside resource, ready for A4.

Identity, card, account and phone numbers are masked on the page (``3599**********0011``), and
what rows and findings give as such, whatever its form; the working paper carries them whole. A
finding shows at most ROWS_SHOWN evidence rows and says so.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib import resources
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from qingfeng.money import format_yuan
from qingfeng.report.delivered_files import file_counts, import_totals, rows_lost, why_not_whole
from qingfeng.report.dossier_content import (
    Dossier,
    parameters_of,
    run_label,
)
from qingfeng.report.dossier_words import (
    ROLES,
    decided,
    finding_number,
    gap_of,
    label_in,
    reason_of,
)
from qingfeng.report.dossier_workbook import reconciliation
from qingfeng.report.masking import masking
from qingfeng.report.proof_text import SHOWN, proof_sections
from qingfeng.vocabulary import (
    Confidence,
    FileStatus,
    FindingState,
    Severity,
    TransferDirection,
)

ROWS_SHOWN = 200

_WEEKDAYS = "一二三四五六日"


def write_page(dossier: Dossier, path: Path) -> None:
    """Write the page; equal dossiers give equal bytes."""
    style = (resources.files("qingfeng.report") / "templates" / "dossier.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text = (
        _environment(masking(_numbers(dossier)))
        .get_template("dossier.html.j2")
        .render(
            dossier=dossier,
            style=style,
            policy=f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
            f"form-action 'none'",
            totals=import_totals(dossier.files),
            lost=rows_lost(dossier.files),
            not_evaluable=sum(run["state"] == FindingState.NOT_EVALUABLE for run in dossier.runs),
            proof=proof_sections(dossier.proof),
            proof_shown=SHOWN,
            rows_shown=ROWS_SHOWN,
        )
    )
    path.write_text(text, encoding="utf-8", newline="\n")


def moment_text(moment: datetime | None, precision: str | None = None) -> str:
    """``2024-02-09 周五 09:30:05``; the day alone where no more is known."""
    if moment is None:
        return ""
    day = f"{moment:%Y-%m-%d} 周{_WEEKDAYS[moment.weekday()]}"
    if precision == "day":
        return day
    return f"{day} {moment:%H:%M}" if precision == "minute" else f"{day} {moment:%H:%M:%S}"


def amount_text(amount_fen: int | None) -> str:
    """``−1,234.50`` with a real minus; empty for none."""
    return "" if amount_fen is None else format_yuan(amount_fen).replace("-", "−")


def _numbers(dossier: Dossier) -> Iterator[str | None]:
    """What findings and their rows give as a number of a person or an account."""
    for entry in dossier.entries:
        yield (entry.finding.get("subject") or {}).get("key")
        for row in entry.rows:
            yield row.account
            yield row.counterparty_account
    for run in dossier.runs:
        yield from (each["subject"] for each in run.get("suppressed") or ())


def _environment(masked: Callable[[object], str]) -> Environment:
    found = Environment(
        loader=PackageLoader("qingfeng.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        masked=masked,
        yuan=amount_text,
        number=finding_number,
        severity=lambda value: label_in(Severity, value),
        confidence=lambda value: label_in(Confidence, value),
        direction=lambda value: label_in(TransferDirection, value),
        state=lambda value: label_in(FindingState, value),
        file_state=lambda value: label_in(FileStatus, value),
        parameters=parameters_of,
        gap=gap_of,
        role=lambda value: ROLES.get(value, value),
        why_excluded=reason_of,
        verdict=reconciliation,
        run_label=run_label,
        decided=decided,
        counts=file_counts,
        why=why_not_whole,
    )
    found.tests["not_whole"] = lambda file: (
        bool(why_not_whole(file))
        and file["status"] not in (FileStatus.ALREADY_IMPORTED, FileStatus.IGNORED)
    )
    found.globals.update(moment=moment_text)
    return found
