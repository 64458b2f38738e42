"""The proof in words: lines for a terminal, and the same sections for the dossier."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qingfeng.money import format_yuan
from qingfeng.report.proof_rows import YUAN, Answer
from qingfeng.report.proof_words import CODES, SINGULAR, WORDS
from qingfeng.vocabulary.chinese import in_chinese

SHOWN = 20
"""Rows shown of each list in a text; counts are always whole."""

_COUNT_OF_ONE = re.compile(r"(?<![\d,.-])1 ([a-z]+)")
_EVERYTHING = 10**9
_HELD = ("accounts", "freezes", "wealth_products")
"""Registers that state how much money stands on an account."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. *depth*: 0 says a figure, 1 belongs to the line above, 2 is a row behind it."""

    depth: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """The lines on one question."""

    title: str
    lines: tuple[Line, ...]


def render(proof: Mapping[str, Any], language: str = "zh-hans", limit: int | None = SHOWN) -> str:
    """The proof for a terminal; Chinese if *language* starts with ``zh``, else English.

    At most *limit* rows of each list, or all that *proof* holds; what is left out is said.
    """
    text = _Text(proof, language, limit)
    found = [text.say("title", case=proof["case"])]
    for section in text.sections():
        found.append("")
        found += ["  " * line.depth + line.text for line in section.lines]
    if text.cut:
        found += ["", text.say("cut", limit=limit or proof["limit"], case=proof["case"])]
    return "\n".join(found) + "\n"


def proof_sections(
    proof: Mapping[str, Any], language: str = "zh-hans", limit: int | None = SHOWN
) -> list[Section]:
    """What ``render`` prints, by question and under a title each; empty if *proof* is."""
    return list(_Text(proof, language, limit).sections()) if proof else []


def yuan(fen: int | None) -> str:
    """Fen as grouped yuan with two decimals, ``-`` for none."""
    return "-" if fen is None else format_yuan(fen)


class _Text:
    def __init__(self, proof: Mapping[str, Any], language: str, limit: int | None) -> None:
        self.proof = proof
        self.language = "zh" if language.startswith("zh") else "en"
        self.words, self.codes = WORDS[self.language], CODES[self.language]
        self.limit = _EVERYTHING if limit is None else limit
        self.cut = False

    def sections(self) -> Iterator[Section]:
        for name, lines in (
            ("intake", self.intake),
            ("chain", self.chain),
            ("closing", self.closing),
            ("periods", self.periods),
            ("mirrors", self.mirrors),
            ("promised", self.promised),
            ("undelivered", self.undelivered),
            ("linking", self.linking),
        ):
            yield Section(self.words[f"section.{name}"], tuple(lines()))

    def say(self, key: str, **values: object) -> str:
        counted = {
            name: f"{value:,}" if isinstance(value, int) and name != "row" else value
            for name, value in values.items()
        }
        text = self.words[key].format(**counted)
        if self.language == "en":
            text = _COUNT_OF_ONE.sub(lambda found: f"1 {SINGULAR.get(found[1], found[1])}", text)
        return text

    def figure(self, key: str, **values: object) -> Line:
        text = self.say(key, **values)
        return Line(1 if text.startswith("  ") else 0, text.strip())

    def path(self, source_row: str) -> str:
        """``path sheet`` where the file is known, else the head of its hash."""
        sha, _, rest = source_row.partition("·")
        path = self.proof["files"].get(sha) or sha[:12]
        return f"{path} {rest.rpartition('·')[0]}".rstrip()

    def place(self, source_row: str | None) -> str:
        if not source_row:
            return "-"
        return self.say("place", path=self.path(source_row), row=source_row.rpartition("·")[2])

    def stands(self, check: Answer) -> str:
        """Where a file declares a figure: a row of its own, or the lines above a table."""
        path = " ".join(filter(None, (check.get(each) for each in ("path", "member", "sheet"))))
        if check.get("row") is None:
            return self.say("place.above", path=path)
        return self.say("place", path=path, row=check["row"])

    def number(self, row: Answer) -> str:
        """The number of a ledger; without one, whose it is and where it stands.

        Its sub-account, and its currency unless it is the yuan, tell it from its neighbours.
        """
        part = [row.get("sub_account"), self.coin(row.get("currency"))]
        beside = self.words["comma"].join(filter(None, part))
        if row["number"] or not row.get("unnumbered_in"):
            number = row["number"] or "-"
        else:
            who = " ".join(filter(None, (row["account_masked"], row["holder_name"])))
            number = self.say("unnumbered", who=who or "-", path=self.path(row["unnumbered_in"]))
        return self.say("number.part", number=number, part=beside) if beside else number

    def coin(self, currency: str | None) -> str:
        """The code of a currency that is not the yuan; one that is not known is called so."""
        if currency in (None, YUAN):
            return ""
        return currency or self.words["currency.unknown"]

    def money(self, fen: int | None, currency: str | None) -> str:
        """An amount with its unit, ``100.00 元``, ``100.00 USD``."""
        return f"{yuan(fen)} {self.coin(currency) or self.words['yuan']}"

    def listed(self, key: str, found: Answer) -> Iterator[Line]:
        """A figure with the count, and one line a row where there are rows."""
        yield self.figure(key, count=found["count"])
        yield from self.rows(key, found)

    def rows(self, key: str, found: Answer) -> Iterator[Line]:
        """One line a row, and one that says how many are left out."""
        rows = found["rows"][: self.limit]
        for row in rows:
            yield Line(2, self.say(key + ".row", **self.shown(row)))
        left = found["count"] - len(rows)
        if left > 0:
            self.cut = True
            yield Line(2, self.say("more", left=left))

    def shown(self, row: Answer) -> dict[str, object]:
        shown: dict[str, object] = {}
        for name, value in row.items():
            shown[name] = "-" if value is None else value
            if name.endswith("_fen"):
                coin = "" if "number" in row else self.coin(row.get("currency"))
                shown[name.removesuffix("_fen") + "_yuan"] = f"{yuan(value)} {coin}".rstrip()
            elif name in ("direction", "inferred_direction", "verdict", "kind", "stands_in", "why"):
                shown[name] = self.codes.get(value, shown[name])
            elif name == "reason" and value and self.language == "zh":
                shown[name] = in_chinese(value)
            elif name == "lacks":
                shown[name] = self.words["and"].join(self.codes[each] for each in value.split())
            elif name == "booked_at" and value is not None:
                until = {"day": 10, "minute": 16}.get(row.get("time_precision", ""), 19)
                shown[name] = value[:until].replace("T", " ")
        if "number" in row:
            shown["number"] = self.number(row)
        shown |= self.sums_shown(row)
        if "detail_result" in row:
            said = dict.fromkeys(filter(None, (row["result"], row["detail_result"])))
            shown["answer"] = "；".join(said) or "-"
        shown["place"] = self.place(row.get("source_row") or row.get("list_row"))
        shown["mirror_place"] = self.place(row.get("mirror_row"))
        if not row.get("bank"):
            shown["bank"] = self.words["bank.unnamed"]
        return shown

    def sums_shown(self, row: Answer) -> dict[str, object]:
        """What stands beside the yuan of a counterparty, and what a registered account holds."""
        shown: dict[str, object] = {}
        if "other_currencies" in row:
            shown["other"] = "".join(
                self.say(
                    "seen.other",
                    times=each["times"],
                    money=self.money(each["amount_fen"], each["currency"]),
                )
                for each in row["other_currencies"]
            )
        if "stands_in" in row:
            shown["held"] = ""
            if row["stands_in"] in _HELD:
                money = self.money(row["amount_fen"], row["currency"])
                unsaid = row["amount_fen"] is None
                shown["held"] = self.say("held.unsaid" if unsaid else "held", money=money)
        return shown

    def intake(self) -> Iterator[Line]:
        account = self.proof["import_account"]
        if not account["files"]:
            yield self.figure("import.none")
        yield self.figure("import", **account)
        if account["rows_lost"]:
            yield self.figure("import.lost", rows_lost=account["rows_lost"])
            yield from self.rows("lost", account["lost"])
        else:
            yield self.figure("import.balanced" if account["balanced"] else "import.unbalanced")
        yield from self.listed("refused", account["refused"])
        if account["withdrawn"]["count"]:
            yield from self.listed("withdrawn", account["withdrawn"])
        yield self.figure("declared.checks", **self.proof["declared_totals"])
        found = self.proof["declared_totals"]
        rows = [{**row, "stands": self.stands(row)} for row in found["rows"]]
        yield from self.listed("declared", {**found, "rows": rows})

    def chain(self) -> Iterator[Line]:
        chain = self.proof["continuity"]
        totals = chain["totals"]
        share = totals["share_proved"]
        shown = "-" if share is None else f"{int(share * 1_000_000) / 10_000:.4f}%"
        yield self.figure("chain", **{**totals, "share_proved": shown})
        yield self.figure("chain.order", **totals)
        yield self.figure("chain.silent", **totals)
        yield from self.listed("breaks", chain["breaks"])
        yield from self.listed("inferred", chain["inferred_directions"])

    def closing(self) -> Iterator[Line]:
        yield self.figure("closing.verdicts", **self.proof["closing"]["verdicts"])
        yield from self.listed("closing", self.proof["closing"])

    def periods(self) -> Iterator[Line]:
        yield from self.listed("delivered", self.proof["periods"]["delivered"])
        yield from self.listed("silent", self.proof["periods"]["silent_months"])
        yield from self.listed("outside", self.proof["periods"]["bookings_outside_life"])

    def mirrors(self) -> Iterator[Line]:
        found = self.proof["mirrors"]
        yield self.figure("mirrors", **found)
        yield from self.listed("mirrors.undone", found["undone"])
        yield from self.listed("mirrors.unnamed", found["unnamed"])
        yield from self.listed("mirrors.missing", found["missing"])
        yield from self.listed("mirrors.differ", found["amounts_differ"])

    def promised(self) -> Iterator[Line]:
        found = self.proof["promised"]
        for name in ("missing", "fewer", "not_replied", "not_checkable"):
            yield from self.listed(f"promised.{name}", found[name])
        yield from self.listed("failed", found["failed_queries"])
        yield from self.listed("empty", found["answered_without_rows"])

    def undelivered(self) -> Iterator[Line]:
        found = self.proof["undelivered"]
        seen = found["as_counterparties"]
        bounds = {"seen_times": seen["seen_times"], "seen_yuan": yuan(seen["seen_fen"])}
        first, *rows = self.listed("seen", seen)
        yield Line(first.depth, first.text + self.say("seen.bounds", **bounds))
        yield from rows
        yield from self.listed("foreign", found["in_other_currencies"])
        yield from self.listed("registered", found["in_registers"])

    def linking(self) -> Iterator[Line]:
        found = self.proof["linking"]
        if found is None:
            yield self.figure("unlinked")
            return
        for key in ("linked", "linked.undone", "linked.choices", "linked.holders"):
            yield self.figure(key, **found)
