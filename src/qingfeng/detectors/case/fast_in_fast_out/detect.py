"""Fast in, fast out: pair each large inflow with outflows soon after, each booking once.

Greedy in order of time: an inflow takes the first unused outflow of the window that alone is of
about its sum; if there is none, unused outflows in order of time until they add up to about its
sum. At most ``most_outflows`` are looked at for one inflow; an account where that bound stopped
the search and that is no finding cannot be judged. Where only the day of a booking is known, the
balances of its sheet may tell the order within the day; an outflow they put before the inflow is
no outflow of it.
"""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any

import duckdb
import pyarrow as pa

DRAWS, SEED = 200, 7
DAY_S, WEEK_S = 86_400, 604_800
_DAY_ONLY_S = DAY_S - 1

_ROWS = """
    WITH wanted AS (
      SELECT account_key FROM bookings WHERE excluded_by IS NULL AND booked_s IS NOT NULL
      GROUP BY account_key
      HAVING count(*) FILTER (WHERE direction = 'in' AND amount_fen >= $min_in_fen) >= $min_pairs
        AND count(*) FILTER (WHERE direction = 'out') > 0),
    days AS (
      SELECT account_key, transfer_id, booked_on, balance_fen,
        CASE direction WHEN 'in' THEN amount_fen WHEN 'out' THEN -amount_fen END AS effect,
        TRY_CAST(regexp_extract(source_row, '[0-9]+$') AS BIGINT) AS line,
        concat_ws(' ', regexp_replace(source_row, '[0-9]+$', ''), sub_account) AS sheet
      FROM bookings SEMI JOIN wanted USING (account_key) WHERE time_precision = 'day'),
    chained AS (
      SELECT *, row_number() OVER file AS place,
        booked_on >= lag(booked_on) OVER file AS up, booked_on <= lag(booked_on) OVER file AS down,
        lag(balance_fen, 1, balance_fen - effect) OVER file + effect = balance_fen AS after_above,
        lead(balance_fen, 1, balance_fen - effect) OVER file + effect = balance_fen AS after_below
      FROM days
      WINDOW file AS (PARTITION BY account_key, sheet ORDER BY line, transfer_id)),
    told AS (
      SELECT account_key, transfer_id, sheet,
        CASE WHEN bool_and(up) OVER whole AND NOT bool_and(down) OVER whole
               AND bool_and(coalesce(after_above, false)) OVER day THEN place
             WHEN bool_and(down) OVER whole AND NOT bool_and(up) OVER whole
               AND bool_and(coalesce(after_below, false)) OVER day THEN -place END AS place
      FROM chained
      WINDOW whole AS (PARTITION BY account_key, sheet),
        day AS (PARTITION BY account_key, sheet, booked_on))
    SELECT account_key, transfer_id, source_row, booked_on, booked_s, amount_fen, direction,
      excluded_by, is_wages,
      CASE time_precision WHEN 'day' THEN 86399 WHEN 'minute' THEN 59 ELSE 0 END AS spread_s,
      sheet, place,
      coalesce(counterparty_id, counterparty_name, counterparty_key) AS payer
    FROM bookings SEMI JOIN wanted USING (account_key)
    LEFT JOIN told USING (account_key, transfer_id)
    WHERE booked_s IS NOT NULL
      AND ((excluded_by IS NULL AND direction = 'out')
        OR (direction = 'in' AND amount_fen >= $min_in_fen))
    ORDER BY account_key, booked_s, transfer_id
"""

_ACCOUNTS = """
    WITH weighed AS (
      SELECT coalesce(account_key, '账号不明：' || coalesce(holder_id, holder_name, '')) AS key,
        direction, amount_fen, most_fen,
        coalesce(excluded_by, '') NOT IN ('', 'direction_unknown', 'foreign_currency') AS no_matter,
        CASE WHEN account_key IS NULL THEN 'account' WHEN booked_s IS NULL THEN 'direction'
          WHEN excluded_by = 'direction_unknown' THEN 'direction'
          WHEN excluded_by = 'foreign_currency' THEN 'currency' END AS lacks
      FROM bookings)
    SELECT key,
      count(*) FILTER (WHERE lacks IS NULL AND direction = 'in' AND amount_fen >= $min_in_fen)
        AS ins,
      count(*) FILTER (WHERE coalesce(direction, '') <> 'out' AND most_fen >= $min_in_fen)
        AS most_ins,
      count(*) FILTER (WHERE coalesce(direction, '') <> 'in') AS most_outs,
      count(*) FILTER (WHERE lacks IS NOT NULL AND most_fen >= $part_fen)
        + coalesce(sum(most_fen) FILTER (WHERE lacks IS NOT NULL AND most_fen < $part_fen), 0)
          // $part_fen AS most_pairs,
      min(lacks) AS lacks
    FROM weighed
    WHERE NOT no_matter
    GROUP BY key
    UNION ALL
    SELECT key, 0, 0, 0, 0, NULL FROM weighed GROUP BY key HAVING bool_and(no_matter)
    ORDER BY key
"""
"""An unknown booking makes one pair more at most, if it is as large as the part of one."""

_LACKING = {
    "account": (
        "大额交易的本方账号缺失、遮盖或为多人共用 / "
        "own account of large bookings missing, masked or shared by several people"
    ),
    "direction": "大额交易的收付方向或时间不明 / direction or time of large bookings not known",
    "currency": "大额外币交易未折算 / large bookings in another currency are not converted",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One booking: *at* in seconds, the earliest it can be, and at most *spread_s* later.

    *told*: sheet and place in it where only the day is known and the balances tell the order.
    """

    at: int
    amount_fen: int
    spread_s: int
    row: int
    told: tuple[str, int] | None = None

    @property
    def latest(self) -> int:
        return self.at + self.spread_s

    def may_follow(self, other: Move) -> bool:
        """Whether it can lie at or after *other*."""
        if self.told and other.told and self.at == other.at and self.told[0] == other.told[0]:
            return self.told[1] > other.told[1]
        return self.latest >= other.at


@dataclass(frozen=True, slots=True)
class Rule:
    """The window is closed at both ends; so is the band of ratios."""

    window_s: int
    low_percent: int
    high_percent: int
    most_outflows: int

    def fits(self, out_fen: int, in_fen: int) -> bool:
        return self.low_percent * in_fen <= out_fen * 100 <= self.high_percent * in_fen


@dataclass(frozen=True, slots=True)
class Paired:
    """Inflows with their outflows, and what was not looked at.

    *cut*: inflows without a pair that had more outflows in their window than the rule allows.
    """

    pairs: list[tuple[Move, list[Move]]]
    cut: int


def pair(ins: Sequence[Move], outs: Sequence[Move], rule: Rule) -> Paired:
    """Pair inflows with outflows; both sorted by time. No booking is in two pairs."""
    used = [False] * len(outs)
    times = [each.at for each in outs]
    found: list[tuple[Move, list[Move]]] = []
    cut = 0
    for inflow in ins:
        first = bisect_left(times, inflow.at - DAY_S + 1)
        last = bisect_right(times, inflow.latest + rule.window_s)
        free = (at for at in range(first, last) if not used[at] and outs[at].may_follow(inflow))
        near = list(islice(free, rule.most_outflows))
        taken = _taken(inflow, near, outs, rule)
        cut += not taken and next(free, None) is not None
        for at in taken:
            used[at] = True
        if taken:
            found.append((inflow, [outs[at] for at in taken]))
    return Paired(found, cut)


def _taken(inflow: Move, near: list[int], outs: Sequence[Move], rule: Rule) -> list[int]:
    for at in near:
        if rule.fits(outs[at].amount_fen, inflow.amount_fen):
            return [at]
    total, taken = 0, []
    for at in near:
        if (total + outs[at].amount_fen) * 100 > rule.high_percent * inflow.amount_fen:
            continue
        total += outs[at].amount_fen
        taken.append(at)
        if rule.fits(total, inflow.amount_fen):
            return taken
    return []


def expected_pairs(ins: Sequence[Move], outs: Sequence[Move], rule: Rule) -> float | None:
    """Mean number of pairs when each outflow falls in a random week of the account's period.

    Weekday and time of day stay. None if the period has fewer than four whole weeks: then a
    shuffle cannot tell anything.
    """
    start = min(ins[0].at, outs[0].at)
    weeks = (max(ins[-1].at, outs[-1].at) - start) // WEEK_S
    if weeks < 4:
        return None
    dice = random.Random(SEED)  # noqa: S311 - a shuffle, not a secret
    total = 0
    for _ in range(DRAWS):
        moved = [
            Move(
                start + (each.at - start) % WEEK_S + dice.randrange(weeks) * WEEK_S,
                each.amount_fen,
                each.spread_s,
                each.row,
            )
            for each in outs
        ]
        moved.sort(key=lambda each: (each.at, each.row))
        total += len(pair(ins, moved, rule).pairs)
    return total / DRAWS


def regular_wages(
    rows: Mapping[str, list[Any]], span: range, months: int, spread_percent: int
) -> set[int]:
    """Places in *span* of pay that comes again and again: a memo alone proves nothing.

    Regular is what one payer sends as wages in *months* or more different months, once in each,
    within *spread_percent* of the payer's median (both bounds included).
    """
    by_payer: dict[str, list[int]] = {}
    for at in span:
        if rows["is_wages"][at] and rows["excluded_by"][at] is None and rows["payer"][at]:
            by_payer.setdefault(rows["payer"][at], []).append(at)
    found: set[int] = set()
    for paid in by_payer.values():
        middle = sorted(rows["amount_fen"][at] for at in paid)[len(paid) // 2]
        alike = [
            at
            for at in paid
            if abs(rows["amount_fen"][at] - middle) * 100 <= spread_percent * middle
        ]
        different = {(rows["booked_on"][at].year, rows["booked_on"][at].month) for at in alike}
        if len(different) >= months and len(different) == len(alike):
            found.update(alike)
    return found


def detect(connection: duckdb.DuckDBPyConnection, parameters: Mapping[str, int]) -> pa.Table:
    """One row an account, or for a hit account one row a booking that counts or is set aside."""
    rule = Rule(
        parameters["window_hours"] * 3600,
        parameters["min_out_percent"],
        parameters["max_out_percent"],
        parameters["most_outflows"],
    )
    wanted = {name: parameters[name] for name in ("min_in_fen", "min_pairs")}
    rows = connection.sql(_ROWS, params=wanted).to_arrow_table().to_pydict()
    bounds: dict[str, list[int]] = {}
    for at, key in enumerate(rows["account_key"]):
        bounds.setdefault(key, [at, at])[1] = at + 1
    given: list[dict[str, object]] = []
    wanted = {
        "min_in_fen": parameters["min_in_fen"],
        "part_fen": max(1, parameters["min_in_fen"] * rule.low_percent // 100),
    }
    for key, ins, *most, lacks in connection.execute(_ACCOUNTS, wanted).fetchall():
        span = range(*bounds.get(key, (0, 0)))
        hit, found, cut = _one_account(rows, span, rule, parameters)
        if hit:
            given += hit
        elif cut and found + cut >= parameters["min_pairs"]:
            reason = (
                f"{cut}笔转入之后的转出超过{rule.most_outflows}笔，未全部查看 / "
                f"after {cut} in-bookings came more than {rule.most_outflows} out-bookings, "
                "not all were looked at"
            )
            given.append({"subject": key, "state": "not evaluable", "reason": reason})
        elif _may_be(found if span else ins, *most, min_pairs=parameters["min_pairs"]):
            reason = _LACKING[lacks]
            given.append({"subject": key, "state": "not evaluable", "reason": reason})
        else:
            given.append({"subject": key, "state": "clear"})
    return pa.Table.from_pylist(given, schema=_SCHEMA)


def _may_be(found: int, most_ins: int, most_outs: int, most_pairs: int, *, min_pairs: int) -> bool:
    """Whether what is unknown of an account could make the pairs that are wanted."""
    enough = most_ins >= min_pairs and most_outs > 0
    return most_pairs > 0 and enough and found + most_pairs >= min_pairs


def _one_account(
    rows: Mapping[str, list[Any]], span: range, rule: Rule, parameters: Mapping[str, int]
) -> tuple[list[dict[str, object]], int, int]:
    """The rows of a hit, how many pairs there are, how many inflows were not looked at whole."""
    min_pairs = parameters["min_pairs"]
    wages = regular_wages(rows, span, parameters["wage_months"], parameters["wage_spread_percent"])
    ins: list[Move] = []
    outs: list[Move] = []
    for at in span:
        if rows["excluded_by"][at] is None and at not in wages:
            place = rows["place"][at]
            move = Move(
                rows["booked_s"][at],
                rows["amount_fen"][at],
                rows["spread_s"][at],
                at,
                None if place is None else (rows["sheet"][at], place),
            )
            (ins if rows["direction"][at] == "in" else outs).append(move)
    if len(ins) < min_pairs or not outs:
        return [], 0, 0
    paired = pair(ins, outs, rule)
    pairs = paired.pairs
    if len(pairs) < min_pairs:
        return [], len(pairs), paired.cut
    paired_in = {inflow.row for inflow, _ in pairs}
    paired_out = {each.row for _, taken in pairs for each in taken}
    waits = _waits(pairs)
    expected = expected_pairs(ins, outs, rule)
    figures = {
        "subject": rows["account_key"][span.start],
        "state": "hit",
        "pairs": len(pairs),
        "out_fen": sum(each.amount_fen for _, taken in pairs for each in taken),
        "wait_zh": waits[0],
        "wait_en": waits[1],
        "chance_observed": len(pairs),
        "chance_expected": expected,
        "chance_method": f"date shuffle within weekday, {DRAWS} draws, seed {SEED}",
    }
    found = []
    for at in span:
        incoming = rows["direction"][at] == "in"
        if not incoming and at not in paired_out:
            continue
        own_reason = None
        if incoming and at not in paired_in:
            own_reason = "regular_wages" if at in wages else "not_paired"
        found.append(
            figures
            | {
                "evidence_key": rows["transfer_id"][at],
                "source_row": rows["source_row"][at],
                "happened_on": rows["booked_on"][at],
                "role": "in" if incoming else "out",
                "counted_fen": rows["amount_fen"][at] if incoming else 0,
                "booked_fen": rows["amount_fen"][at],
                "excluded_by": rows["excluded_by"][at] or own_reason,
            }
        )
    return found, len(pairs), paired.cut


def _waits(pairs: Sequence[tuple[Move, list[Move]]]) -> tuple[str, str]:
    """How long the money stayed, in both languages; a bare day tells no hours."""
    timed = [
        max(0, max(each.at for each in taken) - inflow.at)
        for inflow, taken in pairs
        if all(each.spread_s < _DAY_ONLY_S for each in (inflow, *taken))
    ]
    bare = len(pairs) - len(timed)
    if not timed:
        return "均只有日期，间隔小时数不明", "only days are known, not the hours between"
    hours = int(median(timed)) // 3600
    zh, en = f"间隔中位数{hours}小时", f"median {hours} hours"
    if not bare:
        return zh, en
    return f"{zh}（另{bare}次只有日期）", f"{en} ({bare} more known by day only)"


_SCHEMA = pa.schema(
    [
        ("subject", pa.string()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("evidence_key", pa.string()),
        ("source_row", pa.string()),
        ("happened_on", pa.date32()),
        ("role", pa.string()),
        ("counted_fen", pa.int64()),
        ("booked_fen", pa.int64()),
        ("excluded_by", pa.string()),
        ("pairs", pa.int64()),
        ("out_fen", pa.int64()),
        ("wait_zh", pa.string()),
        ("wait_en", pa.string()),
        ("chance_observed", pa.int64()),
        ("chance_expected", pa.float64()),
        ("chance_method", pa.string()),
    ]
)
