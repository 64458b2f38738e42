"""Cells that hold two things: name and number of a party, a memo with a name run into it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from qingfeng.ingest.cleaning import Cleaner
from qingfeng.ingest.columns import without_tails
from qingfeng.ingest.delivery import Delivery, plain

_BETWEEN = r"[\s:：/／|,，;；-]"
_OF_ELSE = (
    r"(?:订单|单号|编号|流水号|凭证|合同|发票|票据|电话|热线)[^0-9]{0,3}[0-9*＊]+$"
    r"|(?:^|[^0-9])0[0-9]{2,3}-[0-9]{7,8}$"
    r"|(?:^|[^0-9])(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{0,6}$"
)
"""A number behind a name that is none of an account: of an order, a telephone, a day or moment."""
_PARTY = rf"""
    WITH m AS (SELECT b,
        regexp_extract(b, '^([0-9][0-9*＊xX]{{7,}})\s*{_BETWEEN}\s*([^0-9*＊\s].*)$',
                       ['number', 'party']) AS first,
        regexp_extract(b, '^([0-9][0-9*＊xX]{{10,}}[0-9])([^0-9*＊xX\s].*)$',
                       ['number', 'party']) AS glued,
        regexp_extract(b, '^([0-9][0-9*＊xX]{{7,}}|[^\s()（）@]+@[^\s()（）@]+)\s*[(（](.+)[)）]$',
                       ['number', 'party']) AS outside,
        regexp_extract(b, '^([^()（）]*[^0-9()（）*＊])[(（]([0-9][0-9*＊xX]{{4,}})[)）]$',
                       ['party', 'number']) AS inside,
        regexp_extract(b, '^([^0-9*＊]*[^0-9*＊\s:：/／|,，;；-]){_BETWEEN}*'
                       || '([0-9][0-9*＊]{{10,}}[0-9])\s*'
                       || '([^0-9\s]*(?:银行|信用社|支行|分行)[^0-9\s]*)$',
                       ['party', 'number', 'bank']) AS banked,
        regexp_extract(b, '^(.*[^0-9\s:：/／])[\s:：/／]*([0-9]{{4}}(?:\s[0-9]{{4}}){{2,}}'
                       || '(?:\s[0-9]{{1,4}})?)$', ['party', 'number']) AS spaced,
        regexp_extract(b, '^(.*[^\s:：/／])[\s:：/／]+([A-Z]{{2,5}}[0-9]{{6,}})$',
                       ['party', 'number']) AS lettered,
        regexp_extract(b, '^(.*[^0-9\s:：/／,，;；-]){_BETWEEN}*([0-9]{{10,}}-[0-9]{{1,4}})$',
                       ['party', 'number']) AS dashed,
        regexp_extract(b, '^(.*[^\s/／])\s*[/／]\s*([0-9*＊]{{3,}})$',
                       ['party', 'number']) AS slashed,
        regexp_extract(b, '^[(（]([^()（）]*[^0-9()（）*＊\s][^()（）]*)[)）]$', 1) AS alone,
        regexp_extract(b, '^(.*?)(?:{_BETWEEN}+[0-9*＊]{{6,}}|[0-9*＊]{{8,}})$', 1) AS head,
        regexp_matches(b, '(?:^|{_BETWEEN})[0-9*＊]{{6,}}$|[0-9*＊]{{8,}}$')
            AND NOT regexp_matches(b, '{_OF_ELSE}') AS tailed
        FROM {{bare}})
    SELECT nullif(CASE WHEN first.number <> '' THEN first.party
                       WHEN outside.number <> '' THEN outside.party
                       WHEN inside.number <> '' THEN inside.party
                       WHEN glued.number <> '' THEN glued.party
                       WHEN banked.number <> '' THEN banked.party
                       WHEN spaced.number <> '' THEN spaced.party
                       WHEN lettered.number <> '' THEN lettered.party
                       WHEN dashed.number <> '' THEN dashed.party
                       WHEN slashed.number <> '' THEN slashed.party
                       WHEN alone <> '' THEN trim(alone)
                       ELSE trim(regexp_replace(CASE WHEN tailed THEN head ELSE b END,
                                                '^{_BETWEEN}+|{_BETWEEN}+$', '', 'g'))
                       END, '') AS party,
           nullif(CASE WHEN first.number <> '' THEN first.number
                       WHEN outside.number <> '' THEN outside.number
                       WHEN inside.number <> '' THEN inside.number
                       WHEN glued.number <> '' THEN glued.number
                       WHEN banked.number <> '' THEN banked.number
                       WHEN spaced.number <> '' THEN regexp_replace(spaced.number, '\s', '', 'g')
                       WHEN lettered.number <> '' THEN lettered.number
                       WHEN dashed.number <> '' THEN dashed.number
                       WHEN slashed.number <> '' THEN slashed.number
                       WHEN tailed THEN regexp_extract(b, '[0-9*＊]+$') END, '') AS number,
           nullif(banked.bank, '') AS bank FROM m"""

_HOLDER = r"""
    SELECT nullif(regexp_extract(b, '[(（](.+)[)）]$', 1), '') AS party,
           nullif(regexp_extract(b, '^([^(（]+)', 1), '') AS number,
           CAST(NULL AS VARCHAR) AS bank FROM {bare}"""

_WORDS = "[^-]+(?:-{1,5}[^-]+)*"
_MEMO = rf"""
    WITH m AS (SELECT b, regexp_extract(b, '^({_WORDS})-{{6,}}({_WORDS})$',
                                        ['memo', 'party']) AS parts FROM {{bare}})
    SELECT CASE WHEN parts.party <> '' THEN trim(parts.memo) ELSE b END AS memo,
           nullif(trim(parts.party), '') AS party FROM m"""
"""Two texts with the filler of an empty column between them."""


def split_mixed(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array]) -> None:
    """Two things in one cell become the columns they belong to."""
    for field, query, party, number in (
        ("counterparty.mixed", _PARTY, "counterparty_name", "counterparty_account"),
        ("holder.mixed", _HOLDER, "holder_name", "account"),
    ):
        cells = delivery.fields.get(field)
        if cells is None:
            continue
        found = cleaner.ask(cells, query)
        name = cleaner.name({party: found[""]})[party]
        digits = without_tails(cleaner.number({number: found["number"]})[number])
        _fill(pieces, party, name["any_form"])
        _fill(pieces, f"{party}_raw", name["raw"])
        _fill(pieces, number, digits[""])
        _fill(pieces, f"{number}_masked", digits["masked"])
        if found["bank"].null_count < len(found["bank"]):
            _fill(pieces, "counterparty_bank", found["bank"])
    if "remark.mixed" in delivery.fields:
        _split_memo(cleaner, delivery, pieces)


def _split_memo(cleaner: Cleaner, delivery: Delivery, pieces: dict[str, pa.Array]) -> None:
    """A memo into which the counterparty's name ran, unless another name stands beside it."""
    cells = delivery.fields["remark.mixed"]
    whole = cleaner.text({"remark": cells})["remark"][""]
    found = cleaner.ask(cells, _MEMO)
    name = cleaner.name({"party": found["party"]})["party"]
    said = name["any_form"]
    known = pieces.get("counterparty_name", pa.nulls(delivery.height, pa.string()))
    other = pc.and_(pc.is_valid(known), pc.not_equal(plain(known), said).fill_null(True))
    split = pc.and_not(pc.is_valid(said), other)
    _fill(pieces, "remark", pc.if_else(split, plain(found[""]), plain(whole)))
    _fill(pieces, "counterparty_name", pc.if_else(split, said, None))
    _fill(pieces, "counterparty_name_raw", pc.if_else(split, name["raw"], None))


def _fill(pieces: dict[str, pa.Array], name: str, values: pa.Array) -> None:
    known = pieces.get(name)
    values = plain(values)
    pieces[name] = values if known is None else pc.coalesce(plain(known), values)
