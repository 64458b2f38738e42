"""The proof as plain text, Chinese first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qingfeng.report.proof_rows import Answer
from qingfeng.report.proof_words import WORDS


def render(proof: dict[str, Any], language: str = "zh-hans") -> str:
    """The proof for a terminal; Chinese if *language* starts with ``zh``, else English."""
    return "\n".join(_Text(proof, "zh" if language.startswith("zh") else "en").lines()) + "\n"


def yuan(fen: int | None) -> str:
    """Fen as grouped yuan with two decimals, ``-`` for none."""
    if fen is None:
        return "-"
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


class _Text:
    def __init__(self, proof: dict[str, Any], language: str) -> None:
        self.proof = proof
        self.words = WORDS[language]

    def lines(self) -> Iterator[str]:
        yield self.say("title", case=self.proof["case"])
        for section in (
            self.intake,
            self.chain,
            self.closing,
            self.periods,
            self.mirrors,
            self.promised,
            self.undelivered,
            self.linking,
        ):
            yield ""
            yield from section()

    def say(self, key: str, **values: object) -> str:
        return self.words[key].format(**values)

    def place(self, source_row: str | None) -> str:
        """``path sheet row`` where the file is known, else the source row as it is."""
        if not source_row:
            return "-"
        sha, _, rest = source_row.partition("·")
        sheet, _, row = rest.rpartition("·")
        path = self.proof["files"].get(sha) or sha[:12]
        return self.say("place", path=f"{path} {sheet}".rstrip(), row=row)

    def rest(self, found: Answer) -> Iterator[str]:
        left = found["count"] - found["shown"]
        if left > 0:
            yield "    " + self.say("more", left=left)

    def listed(self, key: str, found: Answer) -> Iterator[str]:
        """A heading with the count, and one line a row where there are rows."""
        yield self.say(key, count=found["count"])
        for row in found["rows"]:
            shown = {name: "-" if value is None else value for name, value in row.items()}
            for name, value in row.items():
                if name.endswith("_fen"):
                    shown[name.removesuffix("_fen") + "_yuan"] = yuan(value)
            shown["place"] = self.place(row.get("source_row") or row.get("list_row"))
            shown["bank"] = shown.get("bank", "-")
            yield "    " + self.words[key + ".row"].format(**shown)
        yield from self.rest(found)

    def intake(self) -> Iterator[str]:
        account = self.proof["import_account"]
        yield self.say("import", **account)
        yield self.say("import.balanced" if account["balanced"] else "import.unbalanced")
        yield from self.listed("refused", account["refused"])
        yield self.say("declared.checks", **self.proof["declared_totals"])
        yield from self.listed("declared", self.proof["declared_totals"])

    def chain(self) -> Iterator[str]:
        chain = self.proof["continuity"]
        totals = chain["totals"]
        share = totals["share_proved"]
        shown = "-" if share is None else f"{int(share * 1_000_000) / 10_000:.4f}%"
        yield self.say("chain", **{**totals, "share_proved": shown})
        yield self.say("chain.order", **totals)
        yield from self.listed("breaks", chain["breaks"])
        yield from self.listed("inferred", chain["inferred_directions"])

    def closing(self) -> Iterator[str]:
        yield self.say("closing.verdicts", **self.proof["closing"]["verdicts"])
        yield from self.listed("closing", self.proof["closing"])

    def periods(self) -> Iterator[str]:
        yield from self.listed("delivered", self.proof["periods"]["delivered"])
        yield from self.listed("silent", self.proof["periods"]["silent_months"])
        yield from self.listed("outside", self.proof["periods"]["bookings_outside_life"])

    def mirrors(self) -> Iterator[str]:
        yield self.say("mirrors", **self.proof["mirrors"])
        yield from self.listed("mirrors.missing", self.proof["mirrors"]["missing"])
        yield from self.listed("mirrors.differ", self.proof["mirrors"]["amounts_differ"])

    def promised(self) -> Iterator[str]:
        found = self.proof["promised"]
        for name in ("missing", "fewer", "not_replied", "not_checkable"):
            yield from self.listed(f"promised.{name}", found[name])
        yield from self.listed("failed", found["failed_queries"])
        yield from self.listed("empty", found["answered_without_rows"])

    def undelivered(self) -> Iterator[str]:
        yield from self.listed("seen", self.proof["undelivered"]["as_counterparties"])
        yield from self.listed("registered", self.proof["undelivered"]["in_registers"])

    def linking(self) -> Iterator[str]:
        found = self.proof["linking"]
        if found is None:
            yield self.say("unlinked")
            return
        for key in ("linked", "linked.undone", "linked.choices", "linked.holders"):
            yield self.say(key, **found)
