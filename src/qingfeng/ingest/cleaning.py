"""Clean cells: distinct values through SQL, never a row through Python.

A method takes cells and gives the columns they become, by name: the value itself under
``""``, and what has to be said of it under ``"problem"`` (the cell held something and could
not be used), ``"flag"`` (used, with a remark), ``"raw"`` and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest import plain_cells
from qingfeng.ingest.cleaning_sql import BARE, amount, duration, quantity, query
from qingfeng.ingest.delivery import NOTHING, Cells, plain
from qingfeng.ingest.remembered import Pieces, Remembered
from qingfeng.ingest.words import WordList

Columns = Mapping[str, Cells]

_SHORT = 10_000
"""Rows up to which texts of many columns are cleaned by one statement, whatever they hold."""

_DECIMALS = {10**decimals: decimals for decimals in range(11)}
"""Decimals that say whole fen, by the fen of one unit."""


class Cleaner:
    """Holds the DuckDB connection with the normalising macros. Not shared between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._remembered: dict[str, Remembered] = {}
        connection.execute(query("normalise"))

    def text(self, columns: Columns) -> dict[str, Pieces]:
        """Value; ``flag`` where a number lost its digits; ``unknown``: words for "nothing"."""
        few = {name: each for name, each in columns.items() if _repeats_or_short(each)}
        found = self._asked(few, query("text"))
        for name, cells in columns.items():
            if name not in few:
                values, odd = plain_cells.words(cells)
                nothing = pa.nulls(len(cells), pa.string())
                pieces = {"": values, "flag": nothing, "unknown": nothing}
                found[name] = self._mended(pieces, cells, odd, query("text"))
        return found

    def name(self, columns: Columns) -> dict[str, Pieces]:
        """Value if not masked.

        ``any_form``: masked or not; ``masked``: if it holds an asterisk; ``raw``: where
        normalising changed it; ``flag``: a word that says there is none.
        """
        return self._asked(columns, query("name"))

    def number(self, columns: Columns) -> dict[str, Pieces]:
        """Value; ``masked``; ``suffix`` after the first underscore; ``flag``."""
        return _distinct_of(columns, self._numbers)

    def _numbers(self, values: pa.Array) -> Pieces:
        bare, failing, odd = plain_cells.numbers(values)
        nothing = pa.nulls(len(values), pa.string())
        said = pc.if_else(pa.array(failing), "Luhn fails", None) if failing.any() else nothing
        pieces = {"": bare, "masked": nothing, "suffix": nothing, "flag": said}
        return self._mended(pieces, values, odd, query("number"))

    def identity(self, numbers: Mapping[str, Pieces]) -> dict[str, Pieces]:
        """What ``number`` gave for identity numbers, the 15-digit ones upgraded.

        ``id_type``: kind of number; ``raw``: as delivered if upgraded.
        """
        upgraded = _distinct_of(
            {name: pieces[""] for name, pieces in numbers.items()}, self._identities
        )
        for name, pieces in upgraded.items():
            pieces["flag"] = pc.coalesce(numbers[name]["flag"], pieces["flag"])
            pieces["masked"] = numbers[name]["masked"]
        return upgraded

    def _identities(self, values: pa.Array) -> Pieces:
        failing, odd = plain_cells.citizens(values)
        nothing = pa.nulls(len(values), pa.string())
        said = (
            pc.if_else(pa.array(failing), "check digit fails", None) if failing.any() else nothing
        )
        kind = pa.repeat("cn_id18", len(values))
        pieces = {"": values, "raw": nothing, "id_type": kind, "flag": said}
        return self._mended(pieces, values, odd, query("identity"))

    def fen(self, cells: Cells, factor: int = 100) -> Pieces:
        """Value in fen, *factor* being the fen of one unit; ``problem``; ``flag``.

        ``currency``: as it is written in the cell itself, null where it is not.
        """
        return _by_value(cells, lambda values: self._fen(values, factor))

    def _fen(self, values: pa.Array, factor: int) -> Pieces:
        fen, odd = plain_cells.amounts(values, _DECIMALS[factor])
        nothing = pa.nulls(len(values), pa.string())
        pieces = {"": fen, "problem": nothing, "flag": nothing, "currency": nothing}
        return self._mended(pieces, values, odd, amount(factor))

    def moment(self, columns: Columns) -> dict[str, Pieces]:
        """Local wall-clock timestamp; ``precision`` second, minute or day; ``problem``.

        Years outside 1900 to 2100 are problems.
        """
        return _distinct_of(columns, self._moments)

    def _moments(self, values: pa.Array) -> Pieces:
        moments, days_only, odd = plain_cells.moments(values)
        precision = pa.repeat("second", len(values))
        pieces = {
            "": moments,
            "precision": pc.if_else(pa.array(days_only), "day", precision),
            "problem": pa.nulls(len(values), pa.string()),
        }
        return self._mended(pieces, values, odd, query("moment"))

    def clock(self, cells: Cells) -> Pieces:
        """Seconds since midnight, 0 to 86,400 both included; ``precision``; ``problem``.

        ``short``: one to four digits, whose meaning the column decides; ``long``: five or six?
        """
        return self._distinct(cells, query("clock"))

    def duration(self, cells: Cells, measure: str | None = None) -> Pieces:
        """Whole seconds; ``problem``. *measure* (秒, 分, 分钟): of numbers without a unit."""
        return self._distinct(cells, duration(measure))

    def quantity(self, cells: Cells, measure: str | None = None) -> Pieces:
        """DECIMAL(18,6), a percentage as its share; ``problem``; ``percent``: of bare numbers.

        *measure*: of numbers without a unit; of areas, 亩 and 公顷 become square metres.
        """
        return self._distinct(cells, quantity(measure))

    def truth(self, cells: Cells) -> Pieces:
        """Yes, no, or null."""
        return self._distinct(cells, query("bool"))

    def word(self, cells: Cells, words: WordList) -> Pieces:
        """The code of a word of a closed list; ``problem`` is a word outside it.

        An empty cell is no word, unless the list holds the empty word.
        """
        encoded = self.ask(cells, "SELECT b FROM {bare}")[""].dictionary_encode()
        spoken = encoded.dictionary.to_pylist()
        codes = [words.code(word) for word in spoken]
        strange = [
            word if code is None and word not in NOTHING else None
            for word, code in zip(spoken, codes, strict=True)
        ]
        return {
            "": pa.array(codes, pa.string()).take(encoded.indices),
            "problem": pa.array(strange, pa.string()).take(encoded.indices),
        }

    def ask(self, cells: Cells, question: str) -> Pieces:
        """Run *question* over the distinct cells, the bare text being ``b`` of ``{bare}``."""
        return self._distinct(cells, question.replace("{bare}", f"({BARE})"))

    def _all(self, cells: pa.Array, statement: str) -> Pieces:
        self._connection.register("cells", pa.table({"x": cells}))
        result = self._connection.sql(statement).to_arrow_table()
        return {
            name: column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
            for name, column in zip(result.column_names, result.columns, strict=True)
        }

    def _mended(
        self, pieces: Pieces, cells: pa.Array, odd: plain_cells.Bools, statement: str
    ) -> Pieces:
        """Where the plain form did not fit, the answers of the thorough one."""
        if not odd.any():
            return pieces
        where = pa.array(odd)
        slow = self._distinct(cells.filter(where), statement)
        return {
            name: pc.replace_with_mask(known, where, plain(slow[name]).cast(known.type))
            for name, known in pieces.items()
        }

    def _distinct(self, cells: Cells, statement: str) -> Pieces:
        """Answers by distinct value; those of values that come again are remembered."""
        encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
        return _spread(self._answers(encoded.dictionary, statement), encoded.indices)

    def _answers(self, values: pa.Array, statement: str) -> Pieces:
        if statement not in self._remembered:
            self._remembered[statement] = Remembered(lambda asked: self._all(asked, statement))
        return self._remembered[statement].answers(values)

    def _asked(self, columns: Columns, statement: str) -> dict[str, Pieces]:
        """Answers for the distinct values of several columns, by one statement."""
        return _distinct_of(columns, lambda values: self._answers(values, statement))


def _by_value(cells: Cells, answers_to: Callable[[pa.Array], Pieces]) -> Pieces:
    """Answers for the cells; for the distinct ones where they are encoded so."""
    if not pa.types.is_dictionary(cells.type):
        return answers_to(cells)
    return _spread(answers_to(cells.dictionary), cells.indices)


def _distinct_of(columns: Columns, answers_to: Callable[[pa.Array], Pieces]) -> dict[str, Pieces]:
    """Answers for the distinct values of several columns, asked once."""
    encoded = {
        name: cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
        for name, cells in columns.items()
    }
    if not encoded:
        return {}
    answers = answers_to(pa.concat_arrays([each.dictionary for each in encoded.values()]))
    found: dict[str, Pieces] = {}
    start = 0
    for name, each in encoded.items():
        size = len(each.dictionary)
        own = {key: values.slice(start, size) for key, values in answers.items()}
        found[name] = _spread(own, each.indices)
        start += size
    return found


def _repeats_or_short(cells: Cells) -> bool:
    """Is one thorough statement cheaper than a plain reading and a statement for the rest?"""
    return pa.types.is_dictionary(cells.type) or len(cells) <= _SHORT


_VALUES = ("", "any_form")
"""Answers that become columns: texts among them stay encoded by distinct value."""


def _spread(answers: Pieces, indices: pa.Array) -> Pieces:
    """Answers by distinct value to answers by row; the first is named ``""``."""
    found: Pieces = {}
    for position, (name, values) in enumerate(answers.items()):
        key = "" if position == 0 else name
        if values.null_count == len(values):
            found[key] = pa.nulls(len(indices), values.type)
        elif key in _VALUES and pa.types.is_string(values.type):
            # Two spellings may have become one text, and some no text at all.
            again = values.dictionary_encode()
            found[key] = pa.DictionaryArray.from_arrays(
                again.indices.take(indices), again.dictionary
            )
        else:
            found[key] = values.take(indices)
    return found
