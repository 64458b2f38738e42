"""Every error this library raises on purpose.

    QingfengError
    ├── UsageError          the command or call is malformed                    exit code 2
    ├── Refusal             well-formed, and refused                            exit code 3
    │   ├── HomeMissing, CaseMissing, CaseExists, InstrumentMissing
    │   ├── StoreBusy       another import holds the case
    │   ├── StoreDamaged    a committed file is missing or altered
    │   ├── LinksStale      records were committed that were not linked yet
    │   ├── DatabaseFault   the database stopped
    │   └── WithdrawalRefused
    ├── UnreadableFile      one delivered file cannot be read; the import goes on
    │   ├── PasswordNeeded, UnsafeArchive, UnknownContent, EmptyFile
    │   └── UnknownLayout   readable, but nobody has said what its columns mean
    ├── MissingColumns      rows for the store lack columns of their table
    └── InvalidDefinition   one of our own data files (schema, layout, detector) is wrong

A message says what failed, on which record, what is there instead, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class QingfengError(Exception):
    """Root of the tree; never raised itself."""


class UsageError(QingfengError):
    """The call cannot be understood; nothing was done."""


class Refusal(QingfengError):
    """The call is understood and refused; nothing was done."""


class HomeMissing(Refusal):
    """The home folder does not exist and the command does not create one."""

    def __init__(self, home: Path) -> None:
        self.home = home
        super().__init__(
            f"No Qingfeng home at {home}. Name another with --home DIR or QINGFENG_HOME, "
            f"or create a case with: qingfeng case new CODE --title T --instrument NO"
        )


class CaseMissing(Refusal):
    """No case of that code under the home folder."""

    def __init__(self, code: str, present: list[str]) -> None:
        self.code, self.present = code, present
        there = ", ".join(present) if present else "no case at all"
        super().__init__(
            f"No case {code!r} here; there is {there}. "
            f"Create it with: qingfeng case new {code} --title T --instrument NO"
        )


class CaseExists(Refusal):
    """A case of that code is there already."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Case {code!r} exists already; choose another code or import into it.")


class InstrumentMissing(Refusal):
    """A case was asked for without its legal instrument."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"Case {code!r} needs the number of its legal instrument (--instrument): "
            f"bank, call and whereabouts records exist only inside an authorised case."
        )


class StoreBusy(Refusal):
    """Another process is writing this case."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Case {code!r} is being imported by another process; wait for it to end.")


class StoreDamaged(Refusal):
    """A committed batch no longer holds what its manifest says."""

    def __init__(self, path: Path, found: str, way_out: str | None = None) -> None:
        self.path, self.found = path, found
        mend = way_out or (
            "Restore it from a backup, or move its batch folder away and import the originals "
            "again."
        )
        super().__init__(f"Committed file {path} is damaged: {found}. {mend}")


class StoreOutdated(StoreDamaged):
    """A batch was committed in the form of another version of this program."""

    def __init__(self, folder: Path, form: int, needed: int) -> None:
        self.path, self.found = folder, f"form {form}, not {needed}"
        Refusal.__init__(
            self,
            f"Batch {folder} was committed by another version of this program (form {form}; this "
            f"one reads form {needed}), which names records in another way. Read the case with "
            "that version, or make a new case and import the originals there.",
        )


class LinksStale(Refusal):
    """What was linked of a case speaks of other batches than it has, or of older rules."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"Case {code!r} holds records that were not linked with each other yet: second copies "
            f"and reversals would be counted. Run: qingfeng case tables {code}"
        )


class DatabaseFault(Refusal):
    """The database stopped, and every committed file is what it was."""

    def __init__(self, said: str) -> None:
        self.said = said
        super().__init__(
            f"The database stopped ({said}). Every committed file is as it was committed. If there "
            f"is room on the disk and in the memory, this is a fault of the program: report it."
        )


class WithdrawalRefused(Refusal):
    """A file was to be withdrawn from a case that does not hold it."""

    def __init__(self, code: str, named: str, found: str) -> None:
        self.code, self.named = code, named
        super().__init__(f"Nothing was withdrawn from case {code!r}: {named} {found}.")


class MissingColumns(QingfengError):
    """Rows were given for a table without all its columns."""

    def __init__(self, table: str, missing: Sequence[str]) -> None:
        self.table, self.missing = table, tuple(missing)
        super().__init__(
            f"The rows given for table {table} lack {', '.join(missing)}. Give every column, "
            f"null where nothing is known; nothing was committed."
        )


class UnreadableFile(QingfengError):
    """One delivered file, or one member or sheet of it, cannot be read.

    *place* is the path, with member and sheet where there are any.
    """

    def __init__(self, place: str, reason: str, way_out: str) -> None:
        self.place, self.reason, self.way_out = place, reason, way_out
        super().__init__(f"{place}: {reason}. {way_out}")


class PasswordNeeded(UnreadableFile):
    """Encrypted, and no password given opens it."""


class UnsafeArchive(UnreadableFile):
    """An archive that would write outside itself, or grow beyond the limits."""


class UnknownContent(UnreadableFile):
    """The bytes are of no kind the readers know."""


class EmptyFile(UnreadableFile):
    """Nothing in it: no byte, no sheet, no cell."""


class UnknownLayout(UnreadableFile):
    """The cells can be read, but no layout says what the columns mean."""


class InvalidDefinition(QingfengError):
    """A data file of the project is wrong; *where* names file and key."""

    def __init__(self, where: str, problem: str) -> None:
        self.where, self.problem = where, problem
        super().__init__(f"{where}: {problem}")
