"""What sources said they have, against what came of each of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import duckdb

from qingfeng.identifiers import upgrade_citizen_number
from qingfeng.ingest.path_rules import discipline_of
from qingfeng.report.delivered_files import delivered_files
from qingfeng.report.promised_sources import (
    OF_A_BANK,
    SUBJECTS,
    Kind,
    institution_of,
    is_known,
    kind_of,
    same_source,
    tables_asked_for,
)
from qingfeng.report.proof_rows import Answer, fetch, listing
from qingfeng.report.proof_tasks import answered_without_rows, failed_queries
from qingfeng.store.batches import Manifest
from qingfeng.vocabulary import FileStatus

_OWN_LAYOUTS = frozenset(
    {
        "query_package.payment_transfers",
        "query_package.payment_accounts",
        "query_package.central_bank_accounts",
    }
)


def promised(
    connection: duckdb.DuckDBPyConnection, batches: Sequence[Manifest], limit: int | None
) -> Answer:
    """Sources that said they have results, against the rows that came of them.

    Rows are of a source if their file lies in its folder, else if they are of its kind and
    subject and no other source, or bank, sent them. *missing*: results promised for a subject,
    not one row that could be of it delivered. *fewer*: fewer rows than promised, second copies
    counted once; *delivered_rows* are all that could be of it. *not_replied*. *not_checkable*:
    *why* ``kind_unknown`` (no table belongs to the source's name), ``unsaid`` (the summary does
    not say whether there are results), ``not_read`` (rows of the source's files were rejected),
    ``sender_unknown`` (of the rows that are needed, *possible_rows* do not say who sent them) or
    ``too_few_in_all`` (nor are they enough for all the sources that may have sent them).
    *failed_queries* and *answered_without_rows*: see :mod:`qingfeng.report.proof_tasks`.
    """
    lines = fetch(
        connection,
        """SELECT source_name, asked_for, subject_name, subject_id, replied, has_results,
                  promised_rows, result, request_reference, source_row
           FROM query_summaries ORDER BY source_name, subject_id, subject_name, source_row""",
    )
    found: dict[str, list[Answer]] = {"missing": [], "fewer": [], "not_checkable": []}
    unreplied = [each for each in lines if each["replied"] is False]
    said = [each for each in lines if _is_promise(each)]
    if said:
        deliveries = _Deliveries(connection, batches, lines)
        judged = [deliveries.judge(each) for each in said]
        _find_short_pools(judged)
        for place, line in judged:
            if place:
                found[place].append(line)
    failed = failed_queries(connection)
    empty = answered_without_rows(connection)
    return {
        "missing": listing(found["missing"], limit),
        "fewer": listing(found["fewer"], limit),
        "not_replied": listing(unreplied, limit),
        "not_checkable": listing(found["not_checkable"], limit),
        "failed_queries": listing(failed, limit),
        "answered_without_rows": listing(empty, limit),
    }


def _is_promise(line: Answer) -> bool:
    """Does the line promise rows, or leave open whether there are any?"""
    if line["promised_rows"]:
        return True
    if line["has_results"] is None:
        return line["promised_rows"] is None and line["replied"] is not False
    return bool(line["has_results"])


def _find_short_pools(judged: Sequence[tuple[str, Answer]]) -> None:
    """Say where sources that share rows of unknown senders promised more than there are."""
    pools: dict[tuple[Any, int, str | None], list[Answer]] = defaultdict(list)
    for place, line in judged:
        if place == "not_checkable" and line["why"] == "sender_unknown":
            pools[tuple(line["tables"]), line["delivered_rows"], _subject(line)].append(line)
    for (_, rows, _), lines in pools.items():
        certain = sum(each["delivered_rows"] - each["possible_rows"] for each in lines)
        if certain == 0 and sum(each["promised_rows"] or 1 for each in lines) > rows:
            for each in lines:
                each["why"] = "too_few_in_all"


class _Group(NamedTuple):
    """Rows that came alike. *side*: 0 for the first subject a row names, 1 for the second."""

    table: str
    sha: str
    name: str | None
    number: str | None
    bank: str | None
    mode: str | None
    side: int


@dataclass(slots=True)
class _File:
    """One delivered file: whose folder it lies in, whom its name names, what came of it."""

    source: str = ""
    subject_id: str | None = None
    subject_name: str | None = None
    rows: Counter[str] = field(default_factory=Counter)
    unread: bool = False
    repeats: list[tuple[str, str]] = field(default_factory=list)
    layouts: set[tuple[str, str]] = field(default_factory=set)


class _Deliveries:
    """Everything that came, by file, subject and sender."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        batches: Sequence[Manifest],
        lines: Sequence[Answer],
    ) -> None:
        self.files = _files(batches)
        self.by_source: dict[str, set[str]] = defaultdict(set)
        for sha, file in self.files.items():
            self.by_source[file.source].add(sha)
        self.groups = _groups(connection)
        self.copies = _copies(connection)
        self.sources = {same_source(each["source_name"]) for each in lines}
        self.banks = {group.bank: institution_of(group.bank) for group in self.groups}
        named: dict[str, set[str | None]] = defaultdict(set)
        for each in lines:
            named[each["subject_name"]].add(_number(each["subject_id"]))
        self.only = {name for name, numbers in named.items() if len(numbers - {None}) < 2}
        self.by_subject: dict[str, list[_Group]] = defaultdict(list)
        for group in self.groups:
            for key in {_number(group.number), group.name} - {None}:
                self.by_subject[str(key)].append(group)
        self.rivals: dict[object, set[tuple[str, str | None]]] = defaultdict(set)
        for each in filter(_is_promise, lines):
            kind = kind_of(each["source_name"], each["asked_for"])
            rival = (same_source(each["source_name"]), institution_of(each["source_name"]))
            self.rivals[kind, _subject(each)].add(rival)

    def judge(self, line: Answer) -> tuple[str, Answer]:
        """Where the line belongs, nowhere if all is there; and the line with its figures."""
        kind = kind_of(line["source_name"], line["asked_for"])
        own = self._own_files(line)
        sure, possible = self._of_others(line, kind, own)
        asked = tables_asked_for(line["asked_for"])
        certain = self._counted(own, sure, asked)
        at_most = self._counted(own, sure | possible, asked)
        judged = {
            **line,
            "tables": list(kind.tables),
            "delivered_rows": at_most,
            "possible_rows": at_most - certain,
        }
        needed = line["promised_rows"] or 1
        if certain >= needed:
            return "", judged
        if not line["has_results"] and not line["promised_rows"]:
            return "not_checkable", {**judged, "why": "unsaid"}
        if not kind.tables and not own:
            return "not_checkable", {**judged, "why": "kind_unknown"}
        if at_most >= needed:
            return "not_checkable", {**judged, "why": "sender_unknown"}
        if any(self.files[sha].unread for sha in own):
            return "not_checkable", {**judged, "why": "not_read"}
        return ("fewer" if at_most else "missing"), judged

    def _own_files(self, line: Answer) -> set[str]:
        """Digests of the files of the source's own folder that are named after the subject.

        All of them if the line names no subject.
        """
        source, number = same_source(line["source_name"]), _number(line["subject_id"])
        files = {sha: self.files[sha] for sha in (self.by_source[source] if source else ())}
        name = line["subject_name"]
        if _subject(line) is None:
            return set(files)
        if number is None:
            return {sha for sha, file in files.items() if file.subject_name == name}
        return {sha for sha, file in files.items() if file.subject_id == number}

    def _of_others(
        self, line: Answer, kind: Kind, own: Collection[str]
    ) -> tuple[set[_Group], set[_Group]]:
        """Rows of other files that are of the source, and rows that may be."""
        source, bank = same_source(line["source_name"]), institution_of(line["source_name"])
        number, name = _number(line["subject_id"]), line["subject_name"]
        sure: set[_Group] = set()
        possible: set[_Group] = set()
        rivals = self.rivals[kind, _subject(line)] - {(source, bank)}
        named = {*self.by_subject[str(number)], *self.by_subject[str(name)]}
        if _subject(line) is None:
            named = {group for group in self.groups if group.side == 0}
        for group in named:
            if group.sha in own:
                continue
            if number is not None and group.number and _number(group.number) != number:
                continue
            file = self.files.get(group.sha, _File())
            if file.source == source:
                sure.add(group)
            elif group.table in kind.tables and self._may_send(file, group.table, kind, bank):
                fits = self._fits(group, kind, bank, rivals)
                if fits is False:
                    continue
                by_name = not group.number and number is not None and name not in self.only
                (possible if fits is None or by_name else sure).add(group)
        return sure, possible

    def _may_send(self, file: _File, table: str, kind: Kind, bank: str | None) -> bool:
        """Not if the file lies in the folder of another source that the summaries name.

        Nor are rows of an account list that lies in any other source's folder what a bank sent
        of which nothing says that accounts were asked for.
        """
        if bank is not None and institution_of(file.source) == bank:
            return True
        listed = kind is OF_A_BANK and table == "accounts" and file.source != ""
        return file.source not in self.sources and not listed

    def _fits(
        self,
        group: _Group,
        kind: Kind,
        bank: str | None,
        rivals: Collection[tuple[str, str | None]],
    ) -> bool | None:
        """Are the rows of this kind and sender? None: they do not say."""
        if kind.mode is not None:
            return None if group.mode is None else group.mode == kind.mode
        if kind.layout is None and not kind.by_bank:
            return True
        file = self.files.get(group.sha, _File())
        layouts = {layout for table, layout in file.layouts if table == group.table}
        if layouts and layouts <= _OWN_LAYOUTS:
            return kind.layout in layouts
        return None if kind.layout else self._sent_by(self.banks[group.bank], bank, rivals)

    def _sent_by(
        self, sender: str | None, bank: str | None, rivals: Collection[tuple[str, str | None]]
    ) -> bool | None:
        """Are rows of *sender* of the source that is *bank*, or of one that names no bank?"""
        if bank is not None:
            known = sender is not None and is_known(bank, self.banks.values())
            return sender == bank if known else None
        others = {other for _, other in rivals}
        if sender is not None and sender in others:
            return False
        return None if None in others or (others and sender is None) else True

    def _counted(
        self, own: Collection[str], groups: Collection[_Group], asked: Collection[str]
    ) -> int:
        """Rows of the files *own* and of *groups*; of copies among them one.

        *asked*: only rows of these tables; of all if it is empty.
        """
        shas = {group.sha for group in groups} | set(own)
        rows = sum(self.groups[group] for group in groups if not asked or group.table in asked)
        for sha in own:
            file = self.files[sha]
            rows += sum(count for table, count in file.rows.items() if not asked or table in asked)
            rows += sum(of not in shas for table, of in file.repeats if not asked or table in asked)
        for (copy, original), copies in self.copies.items():
            held = [each.sha in own or each in groups for each in (copy, original)]
            rows -= copies if all(held) else 0
        return rows


def _subject(line: Answer) -> str | None:
    return _number(line["subject_id"]) or line["subject_name"]


def _number(text: str | None) -> str | None:
    """Identity numbers of 15 digits as 18."""
    return (upgrade_citizen_number(text) or text) if text else None


def _files(batches: Sequence[Manifest]) -> dict[str, _File]:
    found: dict[str, _File] = {}
    for entry in delivered_files(batches):
        sha = entry.get("sha256")
        if not sha or sha in found:
            continue
        named = discipline_of(entry.get("path") or "")
        file = _File(
            same_source(named.get("source")),
            _number(named.get("subject_id")),
            named.get("subject_name"),
            unread=entry["status"] == FileStatus.REFUSED,
        )
        for table in entry.get("tables") or []:
            if table.get("table") != "query_summaries":
                name = str(table.get("table"))
                file.rows[name] += table.get("rows_kept", 0)
                file.unread |= bool(table.get("rejected"))
                file.repeats += [
                    (name, str(each.get("of")).partition("·")[0])
                    for each in table.get("duplicates", ())
                ]
                file.layouts.add((name, str(table.get("layout"))))
        found[sha] = file
    return found


def _groups(connection: duckdb.DuckDBPyConnection) -> Counter[_Group]:
    parts = []
    for table, subjects in SUBJECTS.items():
        bank = "bank" if table in ("transfers", "accounts") else "CAST(NULL AS VARCHAR)"
        mode = "mode" if table == "trips" else "CAST(NULL AS VARCHAR)"
        # Of millions of bookings the sheet is known already, and no text has to be cut.
        view, sheet = ("booked", "source") if table == "transfers" else (table, "sha")
        parts += [
            f"SELECT '{table}', split_part(any_value(source_row), '·', 1), {name}, {number},"
            f" {bank}, {mode}, {side}, count(*)"
            f" FROM (SELECT *, split_part(source_row, '·', 1) AS sha FROM {view})"
            f" GROUP BY {sheet}, {name}, {number}, {bank}, {mode}"
            for side, (name, number) in enumerate(subjects)
        ]
    found: Counter[_Group] = Counter()
    for *row, rows in connection.execute(" UNION ALL ".join(parts)).fetchall():
        found[_Group(*row)] += rows
    return found


def _copies(connection: duckdb.DuckDBPyConnection) -> Mapping[tuple[_Group, _Group], int]:
    """How many bookings of one group are second copies of bookings of another."""

    def columns(side: str) -> str:
        return (
            f"'transfers', split_part({side}.source_row, '·', 1), {side}.holder_name,"
            f" {side}.holder_id, {side}.bank, NULL, 0"
        )

    found: list[tuple[Any, ...]] = connection.execute(
        f"""SELECT {columns("a")}, {columns("b")}, count(*)
            FROM booked a JOIN booked b ON b.transfer_id = a.linked_to
            WHERE NOT a.counted AND a.event_id = b.event_id GROUP BY ALL"""
    ).fetchall()
    return {(_Group(*row[:7]), _Group(*row[7:14])): row[14] for row in found}
