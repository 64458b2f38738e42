"""What was planted, positives and hard negatives of every detector; and what came by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

POSITIVE, HARD_NEGATIVE, INCIDENTAL = "positive", "hard_negative", "incidental"
"""Incidental: nobody planted it, and a plain definition of the pattern fits it all the same."""


_MARKS = {POSITIVE: "p", HARD_NEGATIVE: "n", INCIDENTAL: "i"}


@dataclass(frozen=True, slots=True)
class Plant:
    """One planted pattern.

    keys: every number a finding may name as its subject (account, card, person, agent).
    amount_fen: money in the pattern. bookings: rows that make it up, on the subject's side.
    """

    plant_id: str
    detector: str
    kind: str
    reason: str
    keys: tuple[str, ...]
    amount_fen: int
    bookings: int
    from_on: date
    to_on: date
    delivered_as: str


@dataclass(slots=True)
class Truth:
    """All plants of one case."""

    scale: str
    seed: int
    plants: list[Plant] = field(default_factory=list)

    def add(
        self,
        detector: str,
        kind: str,
        reason: str,
        keys: Sequence[str],
        *,
        amount_fen: int,
        bookings: int,
        from_on: date,
        to_on: date,
        delivered_as: str,
    ) -> None:
        """Register a plant; its id is detector, kind and running number."""
        number = 1 + sum(p.detector == detector and p.kind == kind for p in self.plants)
        self.plants.append(
            Plant(
                f"{detector}-{_MARKS[kind]}{number}",
                detector,
                kind,
                reason,
                tuple(key for key in keys if key),
                amount_fen,
                bookings,
                from_on,
                to_on,
                delivered_as,
            )
        )

    def as_json(self) -> dict[str, object]:
        """The content of truth.json."""
        plants = [
            {
                **asdict(plant),
                "keys": list(plant.keys),
                "from_on": plant.from_on.isoformat(),
                "to_on": plant.to_on.isoformat(),
            }
            for plant in self.plants
        ]
        return {"scale": self.scale, "seed": self.seed, "plants": plants}
