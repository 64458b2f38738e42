"""Clean one column of cells: distinct values through SQL, never a row through Python.

Each method takes the cells of one column and gives the columns they become, by name: the
value itself under ``""``, and what has to be said of it under ``"problem"`` (the cell held
something and could not be used), ``"flag"`` (used, with a remark), ``"raw"`` and so on.
"""

from __future__ import annotations

from importlib import resources

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.words import WordList

Pieces = dict[str, pa.Array]

_SAYS_NOTHING = frozenset({"", "-", "--", "/", r"\N", "无"})

_BARE = "SELECT x, qf_bare(x) AS b FROM cells"

# A number cell of more than 15 digits in a text column (a serial, an order) is lost as well.
_TEXT = rf"""
    WITH t AS (SELECT b, starts_with(x, chr(1)) AND (contains(b, 'e+') OR regexp_full_match(b, '[0-9]{{16,}}')) AS lost
               FROM ({_BARE}))
    SELECT CASE WHEN NOT qf_is_nothing(b) AND NOT lost THEN regexp_replace(b, '\r\n?', chr(10), 'g') END,
           CASE WHEN lost THEN 'numeric cell with more than 15 digits, unusable for matching: ' || b END AS flag FROM t"""

# 15-digit citizen numbers become 18 digits: the century 19 and the check digit are added.
_IDENTITY = r"""
    SELECT CASE WHEN old THEN v[1:6] || '19' || v[7:15] || qf_check_digit(v[1:6] || '19' || v[7:15]) ELSE v END,
           CASE WHEN old THEN v END AS raw,
           CASE WHEN old THEN 'cn_id15_upgraded'
                WHEN regexp_full_match(v, '[1-9][0-9]{16}[0-9X]') THEN 'cn_id18'
                WHEN regexp_full_match(v, '[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc'
                WHEN v IS NOT NULL THEN 'other' END AS id_type,
           CASE WHEN regexp_full_match(v, '[1-9][0-9]{16}[0-9X]') AND v[18] <> qf_check_digit(v[1:17])
                THEN 'check digit fails' END AS flag
    FROM (SELECT x AS v, regexp_full_match(x, '[1-9][0-9]{5}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}') AS old FROM cells)"""

_NAME = rf"""
    WITH t AS (SELECT trim(x, E' \t\r\n' || chr(1)) AS raw,
                      CASE WHEN qf_is_nothing(b) THEN NULL
                           WHEN regexp_matches(b, '[A-Za-z]') THEN regexp_replace(b, '\s+', ' ', 'g')
                           ELSE regexp_replace(b, '[\s\x{{3000}}\x{{00A0}}]+', '', 'g') END AS name
               FROM ({_BARE}))
    SELECT CASE WHEN contains(name, '*') THEN NULL ELSE name END,
           CASE WHEN raw <> name THEN raw END AS raw,
           CASE WHEN contains(name, '*') THEN raw END AS masked,
           name AS any_form
    FROM t"""

# A number cell of more than 15 digits was rounded by the program that wrote it; of exactly 16
# it is exact if it is below 2**53 and its last digit is not the zero that rounding leaves.
_NUMBER = rf"""
    WITH t AS (SELECT x, b, qf_narrow(b) AS n FROM ({_BARE})),
    d AS (SELECT x, b, regexp_replace(n, '[\s''’‘`-]', '', 'g') AS d,
                 starts_with(x, chr(1)) AS numeric_cell FROM t),
    e AS (SELECT x, b, numeric_cell,
                 CASE WHEN numeric_cell THEN regexp_replace(d, '\.0+$', '')
                      WHEN regexp_full_match(d, '[0-9]{{5,}}\.0') THEN regexp_extract(d, '[0-9]+')
                      ELSE d END AS d FROM d),
    f AS (SELECT *, CASE
            WHEN numeric_cell AND (contains(d, 'e') OR length(d) > 16
                                   OR length(d) = 16 AND ends_with(d, '0') AND NOT qf_luhn(d))
                THEN 'numeric cell with more than 15 digits, unusable for matching'
            WHEN NOT numeric_cell AND regexp_full_match(d, '[0-9](\.[0-9]+)?[eE]\+?[0-9]+')
                THEN 'scientific notation text, digits are lost' END AS lost FROM e),
    g AS (SELECT x, b, d, lost, numeric_cell,
                 regexp_full_match(d, '[0-9]{{5,}}_.+') AS has_suffix FROM f)
    SELECT CASE WHEN qf_is_nothing(b) OR lost IS NOT NULL OR contains(d, '*')
                     OR regexp_full_match(d, '0*') THEN NULL
                WHEN has_suffix THEN split_part(d, '_', 1)
                WHEN regexp_full_match(d, '[0-9]{{17}}x') THEN upper(d)
                WHEN regexp_full_match(d, '\+?86(1[0-9]{{10}})') THEN right(d, 11)
                WHEN regexp_full_match(d, '[0-9A-Z]+') THEN d
                ELSE b END,
           CASE WHEN NOT qf_is_nothing(b) AND contains(d, '*') THEN d END AS masked,
           CASE WHEN has_suffix THEN d[strpos(d, '_') + 1:] END AS suffix,
           CASE WHEN lost IS NOT NULL THEN lost || ': ' || b
                WHEN numeric_cell AND length(d) = 16 THEN 'numeric cell, 16 digits, exact but low confidence'
                WHEN regexp_full_match(d, '62[0-9]{{14,17}}') AND NOT qf_luhn(d) THEN 'Luhn fails' END AS flag
    FROM g"""

def _amount(factor: int) -> str:
    """Fen from an amount whose unit is *factor* fen; four or more ways to write one number."""
    return rf"""
    WITH t AS (SELECT x, b, qf_narrow(b) AS n, starts_with(x, chr(1)) AS numeric_cell FROM ({_BARE})),
    s AS (SELECT *, regexp_replace(n, '^(CNY|RMB|人民币)|\s|[¥$￥]', '', 'g') AS s FROM t),
    v AS (SELECT *, regexp_extract(s,
            '^(\()?([-+])?((?:[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]+)?(?:\.[0-9]*)?)(e[-+]?[0-9]+)?(万|亿)?(?:元|圆)?([-+])?(\))?$',
            ['opening', 'sign', 'digits', 'power', 'myriad', 'trailing', 'closing']) AS m FROM s),
    c AS (SELECT *, CASE
            WHEN m.digits IN ('', '.') OR (m.opening <> '') <> (m.closing <> '') THEN NULL
            WHEN m.power <> '' THEN CASE WHEN numeric_cell THEN
                 CAST(TRY_CAST(m.digits || m.power AS DOUBLE) AS DECIMAL(28, 6)) END
            ELSE TRY_CAST(replace(m.digits, ',', '') AS DECIMAL(28, 6)) END
            * CASE m.myriad WHEN '万' THEN 10000 WHEN '亿' THEN 100000000 ELSE 1 END * {factor} AS fen FROM v)
    SELECT CASE WHEN fen IS NOT NULL AND abs(fen) < 9e17 THEN
                CAST(round(fen) AS BIGINT)
                * CASE WHEN m.opening <> '' OR m.sign = '-' OR m.trailing = '-' THEN -1 ELSE 1 END END,
           CASE WHEN NOT qf_is_nothing(b) AND (fen IS NULL OR abs(fen) >= 9e17) THEN b END AS problem,
           CASE WHEN NOT numeric_cell AND fen <> round(fen) THEN 'rounded to the fen: ' || b END AS flag
    FROM c"""


_PLAIN_AMOUNT = r"""
    WITH t AS (SELECT rtrim(x, E'\t ') AS b FROM cells),
    s AS (SELECT b, CASE WHEN regexp_full_match(b, '[0-9]{1,3}(,[0-9]{3})+(\.[0-9]{1,2})?')
                         THEN replace(b, ',', '') ELSE b END AS s FROM t)
    SELECT CASE WHEN regexp_full_match(s, '-?[0-9]{1,15}(\.[0-9]{1,2})?')
                THEN CAST(TRY_CAST(s AS DECIMAL(18, 2)) * 100 AS BIGINT) END AS fen,
           b NOT IN ('', '-', '\N') AND NOT regexp_full_match(s, '-?[0-9]{1,15}(\.[0-9]{1,2})?') AS odd
    FROM s"""

# Calendar text to 'YYYY-MM-DD hh:mm:ss' pieces; what is left out stays out.
_MOMENT = rf"""
    WITH t AS (SELECT x, b, trim(regexp_replace(regexp_replace(qf_narrow(b), '\s*(\+0800|\+08:?00)?\s*(CST|GMT\+8|北京时间)?$', ''), 'T', ' ')) AS n
               FROM ({_BARE})),
    s AS (SELECT x, b, CASE
            WHEN regexp_full_match(n, '[0-9]{{14}}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[9:10]||':'||n[11:12]||':'||n[13:14]
            WHEN regexp_full_match(n, '[0-9]{{12}}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[9:10]||':'||n[11:12]
            WHEN regexp_full_match(n, '[0-9]{{17}}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[9:10]||':'||n[11:12]||':'||n[13:14]
            WHEN regexp_full_match(n, '[0-9]{{8}}(\.0)?') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]
            WHEN regexp_full_match(n, '[0-9]{{8}} +[0-9]{{1,2}}:[0-9]{{2}}(:[0-9]{{2}})?') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||trim(n[9:])
            WHEN regexp_full_match(n, '[0-9]{{8}} +[0-9]{{6}}') THEN n[1:4]||'-'||n[5:6]||'-'||n[7:8]||' '||n[-6:-5]||':'||n[-4:-3]||':'||n[-2:]
            WHEN regexp_full_match(n, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}\.[0-9]{{2}}\.[0-9]{{2}}(\.[0-9]+)?') THEN n[1:10]||' '||replace(n[12:19], '.', ':')
            WHEN regexp_full_match(n, '[0-9]{{4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}( +[0-9]{{1,2}}:[0-9]{{2}}(:[0-9]{{2}}(\.[0-9]+)?)?)?')
                THEN regexp_replace(regexp_extract(n, '^[^ ]+'), '[/.]', '-', 'g') || regexp_extract(n, ' .*$')
            WHEN regexp_full_match(n, '[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日? *([0-9]{{1,2}}[:时点][0-9]{{2}}([:分]([0-9]{{2}}秒?)?)?)?')
                THEN rtrim(regexp_replace(regexp_replace(regexp_replace(n, '[年月]', '-', 'g'), '日 *', ' '), '[时点分]', ':', 'g'), '秒: ')
            END AS s,
            TRY_CAST(CASE WHEN regexp_full_match(n, '[2-7][0-9]{{4}}(\.[0-9]+)?') THEN n END AS DOUBLE) AS serial FROM t),
    v AS (SELECT b, CASE WHEN serial IS NOT NULL
                         THEN TIMESTAMP '1899-12-30' + to_seconds(CAST(round(serial * 86400) AS BIGINT))
                         ELSE TRY_CAST(regexp_replace(s, '\.[0-9]+$', '') AS TIMESTAMP) END AS moment,
                 CASE WHEN serial IS NOT NULL THEN CASE WHEN serial = round(serial) THEN 'day' ELSE 'second' END
                      WHEN NOT contains(s, ' ') THEN 'day'
                      WHEN length(s) - length(replace(s, ':', '')) = 1 THEN 'minute' ELSE 'second' END AS precision
          FROM s)
    SELECT CASE WHEN year(moment) BETWEEN 1900 AND 2100 THEN moment END,
           CASE WHEN year(moment) BETWEEN 1900 AND 2100 THEN precision END AS precision,
           CASE WHEN NOT qf_is_nothing(b) AND NOT regexp_full_match(b, '0+') AND (moment IS NULL OR NOT year(moment) BETWEEN 1900 AND 2100) THEN b END AS problem
    FROM v"""

_PLAIN_MOMENT = r"""
    WITH t AS (SELECT rtrim(x, E'\t ') AS b FROM cells)
    SELECT CASE WHEN length(b) = 14 AND regexp_full_match(b, '[0-9]{14}')
                THEN TRY_CAST(b[1:4]||'-'||b[5:6]||'-'||b[7:8]||' '||b[9:10]||':'||b[11:12]||':'||b[13:14] AS TIMESTAMP)
                WHEN length(b) = 19 AND b[11] = ' ' AND b[5] = '-' THEN TRY_CAST(b AS TIMESTAMP)
                WHEN length(b) = 19 AND b[11] = ' ' AND b[5] = '/' THEN TRY_CAST(replace(b, '/', '-') AS TIMESTAMP)
           END AS moment FROM t"""

_CLOCK = rf"""
    WITH t AS (SELECT x, b, qf_narrow(b) AS n FROM ({_BARE})),
    s AS (SELECT x, b, CASE
            WHEN starts_with(x, chr(2)) AND contains(n, ' ') THEN split_part(n, ' ', 2)
            WHEN regexp_full_match(n, '[0-9]{{1,2}}:[0-9]{{2}}(:[0-9]{{2}})?(\.[0-9]+)?') THEN n
            WHEN regexp_full_match(n, '[0-9]{{1,2}}[时点][0-9]{{1,2}}分?([0-9]{{1,2}}秒)?')
                THEN rtrim(regexp_replace(n, '[时点分]', ':', 'g'), '秒:')
            WHEN regexp_full_match(n, '[0-9]{{5,6}}') THEN lpad(n, 6, '0')[1:2]||':'||lpad(n, 6, '0')[3:4]||':'||lpad(n, 6, '0')[5:6]
            WHEN starts_with(x, chr(1)) AND regexp_full_match(n, '[0-9]{{1,4}}') THEN lpad(n, 6, '0')[1:2]||':'||lpad(n, 6, '0')[3:4]||':'||lpad(n, 6, '0')[5:6]
            END AS s,
            CASE WHEN starts_with(x, chr(1)) OR contains(n, '.') THEN TRY_CAST(CASE WHEN regexp_full_match(n, '0?\.[0-9]+(e-[0-9]+)?|[0-9]\.?[0-9]*e-[0-9]+|0') THEN n END AS DOUBLE) END AS fraction
          FROM t),
    v AS (SELECT b, s, fraction, CASE WHEN fraction IS NOT NULL THEN CAST(round(fraction * 86400) AS BIGINT)
                 WHEN s IS NOT NULL THEN CAST(split_part(s, ':', 1) AS BIGINT) * 3600 + CAST(split_part(s, ':', 2) AS BIGINT) * 60
                      + coalesce(TRY_CAST(split_part(split_part(s, ':', 3), '.', 1) AS BIGINT), 0) END AS seconds FROM s)
    SELECT CASE WHEN seconds BETWEEN 0 AND 86400 THEN seconds END,
           CASE WHEN fraction IS NULL AND length(s) - length(replace(s, ':', '')) = 1 THEN 'minute' ELSE 'second' END AS precision,
           CASE WHEN NOT qf_is_nothing(b) AND (seconds IS NULL OR seconds > 86400) THEN b END AS problem
    FROM v"""

_DURATION = rf"""
    WITH t AS (SELECT b, regexp_extract(qf_narrow(b), '^(?:([0-9]+)(?:小时|时|[hH]))?(?:([0-9]+)(?:分钟|分|[mM]))?(?:([0-9]+)(?:秒|[sS])?)?$', ['h', 'm', 's']) AS m,
                      regexp_extract(qf_narrow(b), '^([0-9]+):([0-9]{{2}})(?::([0-9]{{2}}))?$', ['a', 'b', 'c']) AS k,
                      qf_narrow(b) AS n FROM ({_BARE})),
    v AS (SELECT b, CASE WHEN k.a <> '' AND k.c <> '' THEN CAST(k.a AS BIGINT) * 3600 + CAST(k.b AS BIGINT) * 60 + CAST(k.c AS BIGINT)
                 WHEN k.a <> '' THEN CAST(k.a AS BIGINT) * 60 + CAST(k.b AS BIGINT)
                 WHEN regexp_full_match(n, '[0-9]+\.0+') THEN CAST(CAST(n AS DOUBLE) AS BIGINT)
                 WHEN m.h <> '' OR m.m <> '' OR m.s <> '' THEN coalesce(TRY_CAST(m.h AS BIGINT), 0) * 3600 + coalesce(TRY_CAST(m.m AS BIGINT), 0) * 60 + coalesce(TRY_CAST(m.s AS BIGINT), 0)
                 END AS seconds FROM t)
    SELECT seconds, CASE WHEN NOT qf_is_nothing(b) AND seconds IS NULL THEN b END AS problem FROM v"""

_QUANTITY = rf"""
    WITH t AS (SELECT b, replace(qf_narrow(b), ',', '') AS n FROM ({_BARE})),
    v AS (SELECT b, CASE WHEN ends_with(n, '%') THEN TRY_CAST(rtrim(n, '% ') AS DECIMAL(18, 6)) / 100
                 ELSE TRY_CAST(regexp_extract(n, '^-?[0-9.]+') AS DECIMAL(18, 6)) END AS q FROM t)
    SELECT CAST(q AS DECIMAL(18, 6)), CASE WHEN NOT qf_is_nothing(b) AND q IS NULL THEN b END AS problem FROM v"""

_BOOL = f"""
    SELECT CASE WHEN b IN ('是', '有', '1', 'Y', 'y', 'TRUE', 'true', '已抵押', '已查封', '已反馈', '有结果', '抵押', '查封') THEN true
                WHEN b IN ('否', '无', '0', 'N', 'n', 'FALSE', 'false', '未抵押', '未查封', '未反馈', '无结果') THEN false END,
           NULL AS problem FROM ({_BARE})"""


class Cleaner:
    """Holds the DuckDB connection with the normalising macros. Not shared between threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        macros = resources.files("qingfeng.ingest") / "sql" / "normalise.sql"
        connection.execute(macros.read_text(encoding="utf-8"))

    def text(self, cells: pa.Array) -> Pieces:
        """Value; ``flag`` where a number cell lost its digits."""
        return self._distinct(cells, _TEXT)

    def name(self, cells: pa.Array) -> Pieces:
        """Value; ``raw`` where normalising changed it; ``masked`` if it holds an asterisk."""
        return self._distinct(cells, _NAME)

    def number(self, cells: pa.Array) -> Pieces:
        """Value; ``masked``; ``suffix`` after the first underscore; ``flag``."""
        return self._distinct(cells, _NUMBER)

    def identity(self, cells: pa.Array) -> Pieces:
        """As ``number``, 15-digit citizen numbers upgraded; ``id_type``; ``raw`` if changed."""
        number = self.number(cells)
        pieces = self._distinct(number[""].fill_null(""), _IDENTITY)
        pieces[""] = pc.if_else(pc.equal(pieces[""], ""), None, pieces[""])
        pieces["id_type"] = pc.if_else(pc.is_valid(pieces[""]), pieces["id_type"], None)
        pieces["flag"] = pc.coalesce(number["flag"], pieces["flag"])
        pieces["masked"] = number["masked"]
        return pieces

    def fen(self, cells: pa.Array, factor: int = 100) -> Pieces:
        """Value in fen, *factor* being the fen of one unit; ``problem``; ``flag``."""
        if factor != 100 or pa.types.is_dictionary(cells.type):
            return self._distinct(cells, _amount(factor))
        plain = self._all(cells, _PLAIN_AMOUNT)
        nothing = pa.nulls(len(cells), pa.string())
        pieces = {"": plain["fen"], "problem": nothing, "flag": nothing}
        odd = plain["odd"]
        if odd.true_count:
            slow = self._distinct(cells.filter(odd), _amount(factor))
            pieces = {
                name: pc.replace_with_mask(pieces[name], odd, slow[name]) for name in pieces
            }
        return pieces

    def moment(self, cells: pa.Array) -> Pieces:
        """Local wall-clock timestamp; ``precision`` second, minute or day; ``problem``.

        Years outside 1900 to 2100 are problems.
        """
        if pa.types.is_dictionary(cells.type):
            return self._distinct(cells, _MOMENT)
        plain = self._all(cells, _PLAIN_MOMENT)
        rest = pc.is_null(plain["moment"])
        pieces = {
            "": plain["moment"],
            "precision": pa.repeat("second", len(cells)),
            "problem": pa.nulls(len(cells), pa.string()),
        }
        if rest.true_count:
            slow = self._distinct(cells.filter(rest), _MOMENT)
            pieces = {
                name: pc.replace_with_mask(pieces[name], rest, slow[name].cast(pieces[name].type))
                for name in pieces
            }
        return pieces

    def clock(self, cells: pa.Array) -> Pieces:
        """Seconds since midnight, 0 to 86,400 both included; ``precision``; ``problem``."""
        return self._distinct(cells, _CLOCK)

    def duration(self, cells: pa.Array) -> Pieces:
        """Whole seconds; ``problem``."""
        return self._distinct(cells, _DURATION)

    def quantity(self, cells: pa.Array) -> Pieces:
        """DECIMAL(18,6), a percentage as its share; ``problem``."""
        return self._distinct(cells, _QUANTITY)

    def truth(self, cells: pa.Array) -> Pieces:
        """Yes, no, or null."""
        return self._distinct(cells, _BOOL)

    def word(self, cells: pa.Array, words: WordList) -> Pieces:
        """The code of a word of a closed list; ``problem`` is a word outside it.

        An empty cell is no word, unless the list holds the empty word.
        """
        encoded = self._distinct(cells, f"SELECT b FROM ({_BARE})")[""].dictionary_encode()
        spoken = encoded.dictionary.to_pylist()
        codes = [words.code(word) for word in spoken]
        strange = [
            word if code is None and word not in _SAYS_NOTHING else None
            for word, code in zip(spoken, codes, strict=True)
        ]
        return {
            "": pa.array(codes, pa.string()).take(encoded.indices),
            "problem": pa.array(strange, pa.string()).take(encoded.indices),
        }

    def _all(self, cells: pa.Array, query: str) -> Pieces:
        table = pa.table({"x": cells})
        self._connection.register("cells", table)
        result = self._connection.sql(query).to_arrow_table()
        return {
            name: column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
            for name, column in zip(result.column_names, result.columns, strict=True)
        }

    def texts(self, cells: pa.Array, query: str) -> Pieces:
        """Run *query* over the distinct cells, the bare text being ``b`` of ``{bare}``."""
        return self._distinct(cells, query.replace("{bare}", f"({_BARE})"))

    def _distinct(self, cells: pa.Array, query: str) -> Pieces:
        encoded = cells if pa.types.is_dictionary(cells.type) else cells.dictionary_encode()
        pieces = self._all(encoded.dictionary, query)
        names = list(pieces)
        renamed = {"" if index == 0 else name: pieces[name] for index, name in enumerate(names)}
        return {
            name: pa.nulls(len(cells), values.type)
            if values.null_count == len(values)
            else values.take(encoded.indices)
            for name, values in renamed.items()
        }
