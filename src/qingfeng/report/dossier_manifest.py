"""The seal of a dossier: manifest.json and SHA256SUMS (``sha256sum -c SHA256SUMS``)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from qingfeng.report.dossier_content import Dossier

FORM = "qingfeng-dossier/1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"


def write_manifest(dossier: Dossier, folder: Path, names: Sequence[str]) -> None:
    """Seal the files *names* of *folder*; the manifest itself stands in SHA256SUMS."""
    detectors = [
        {
            "detector": run["detector"],
            "version": run.get("version"),
            "catalogue_id": run.get("catalogue_id"),
            "state": run["state"],
            "parameters": {
                name: facts
                for said in (run, *(each.finding for each in dossier.entries))
                if said["detector"] == run["detector"]
                for name, facts in sorted((said.get("parameters") or {}).items())
            },
        }
        for run in dossier.runs
    ]
    facts = {
        "form": FORM,
        "created": dossier.created.isoformat(timespec="seconds"),
        "case": dict(dossier.case),
        "findings": len(dossier.entries),
        "files": [
            {
                "path": name,
                "sha256": sha256_of(folder / name),
                "bytes": (folder / name).stat().st_size,
            }
            for name in sorted(names)
        ],
        "originals": [
            {"path": each["path"], "sha256": each.get("sha256")} for each in dossier.files
        ],
        "detectors": detectors,
    }
    text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    sums = "".join(f"{sha256_of(folder / name)}  {name}\n" for name in sorted([*names, MANIFEST]))
    (folder / SUMS).write_text(sums, encoding="utf-8")


def sha256_of(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
