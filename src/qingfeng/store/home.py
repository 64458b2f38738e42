"""The home folder: one directory that holds everything an installation keeps."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from qingfeng.errors import CaseExists, CaseMissing, HomeMissing, InstrumentMissing, UsageError
from qingfeng.store.case import Case
from qingfeng.store.files import write_atomically

CODE_FORM = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff._-]{0,63}")


def default_home() -> Path:
    """``QINGFENG_HOME`` if set, else the user's data folder."""
    named = os.environ.get("QINGFENG_HOME")
    return Path(named) if named else Path.home() / ".local" / "share" / "qingfeng"


@dataclass(frozen=True, slots=True)
class Home:
    """Where cases, the lake and local settings lie."""

    path: Path

    @property
    def cases_folder(self) -> Path:
        return self.path / "cases"

    def codes(self) -> list[str]:
        """Codes of the cases, sorted."""
        if not self.cases_folder.is_dir():
            return []
        return sorted(each.parent.name for each in self.cases_folder.glob("*/case.json"))

    def create_case(self, code: str, *, title: str, instrument: str) -> Case:
        """Create an empty case. Raises UsageError, InstrumentMissing, CaseExists."""
        if not CODE_FORM.fullmatch(code):
            raise UsageError(
                f"Case code {code!r} is not usable as a folder: letters, digits, Chinese "
                f"characters, dot, dash and underscore, at most 64, not starting with a mark."
            )
        if not instrument.strip():
            raise InstrumentMissing(code)
        folder = self.cases_folder / code
        if (folder / "case.json").exists():
            raise CaseExists(code)
        folder.mkdir(parents=True, exist_ok=True)
        facts = {"code": code, "title": title, "instrument": instrument}
        write_atomically(folder / "case.json", json.dumps(facts, ensure_ascii=False, indent=1))
        return Case(folder)

    def case(self, code: str) -> Case:
        """Open a case. Raises HomeMissing or CaseMissing."""
        if not self.path.is_dir():
            raise HomeMissing(self.path)
        if code not in self.codes():
            raise CaseMissing(code, self.codes())
        return Case(self.cases_folder / code)
