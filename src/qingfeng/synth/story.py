"""Tell the whole case: people, lives, plants, spending, balances."""

from __future__ import annotations

from qingfeng.synth.ledger import Book
from qingfeng.synth.lives import live
from qingfeng.synth.plants_agents import plant_agents
from qingfeng.synth.plants_company import plant_company
from qingfeng.synth.plants_deceased import plant_deceased
from qingfeng.synth.plants_dormant import plant_dormant
from qingfeng.synth.plants_passthrough import plant_passthrough
from qingfeng.synth.plants_story import plant_story
from qingfeng.synth.plants_structuring import plant_structuring
from qingfeng.synth.scale import Scale
from qingfeng.synth.sleepers import register_sleepers
from qingfeng.synth.spending import fill
from qingfeng.synth.world import World, invent_world


def tell(scale: Scale, seed: int) -> tuple[World, Book]:
    """The world and its settled book; the same *scale* and *seed* give the same of both."""
    world = invent_world(scale, seed)
    live(world)
    for plant_all in (
        plant_story,
        plant_deceased,
        plant_passthrough,
        plant_company,
        plant_structuring,
        plant_dormant,
        plant_agents,
    ):
        plant_all(world)
    fill(world)
    book = world.ledger.settle()
    register_sleepers(world, book)
    return world, book
