"""common_agent: one person opened accounts for several unrelated holders."""

from __future__ import annotations

from datetime import date

from qingfeng.synth.numbers import id_number
from qingfeng.synth.persons import Person
from qingfeng.synth.truth import HARD_NEGATIVE, POSITIVE
from qingfeng.synth.world import Agency, World

DETECTOR = "common_agent"


def plant_agents(world: World) -> None:
    """Three positives and four hard negatives where the cast allows."""
    nominee, son = world.core("nominee"), world.core("son")
    _cast_agent(
        world,
        nominee,
        ("contractor_1", "quiet_dead", "bystander_1"),
        True,
        "the driver opened accounts for three unrelated people",
    )
    if world.scale.positives > 1:
        for number, roles in enumerate(
            (
                ("nominee_2", "nominee_3", "farmer"),
                ("contractor_2", "bystander_4", "bystander_5", "bystander_6"),
            )
        ):
            name = ("周墨野", "吕砚山")[number]
            person_id = id_number(8, date(1981 + number, 5, 17), 131 + 2 * number)
            _agent(
                world,
                name,
                person_id,
                roles,
                True,
                f"an outsider opened accounts for {len(roles)} unrelated people",
            )
    _cast_agent(
        world,
        son,
        ("official", "wife", "mother"),
        False,
        "a grown child for parents and grandmother",
    )
    clerk = world.role("bank_staff")
    if clerk is not None:
        roles = tuple(p.role for p in world.persons if p is not clerk)[2::2][:15]
        _agent(
            world,
            clerk.name,
            clerk.person_id,
            roles,
            False,
            "bank staff, many holders",
            "中国农业银行",
        )
    for role, roles, reason in (
        ("hr_agent", ("worker_1", "worker_2", "worker_3"), "personnel officer for colleagues"),
        ("grown_child", ("old_father", "old_mother", "old_aunt"), "a grown child for the old"),
    ):
        agent = world.role(role)
        if agent is not None:
            _cast_agent(world, agent, roles, False, reason)


def _cast_agent(
    world: World, agent: Person, roles: tuple[str, ...], positive: bool, reason: str
) -> None:
    _agent(world, agent.name, agent.person_id, roles, positive, reason)


def _agent(  # noqa: PLR0917
    world: World,
    name: str,
    agent_id: str,
    roles: tuple[str, ...],
    positive: bool,
    reason: str,
    bank: str = "",
) -> None:
    """Attach the agent to an account of every holder at a police bank, without another agent."""
    taken = {agency.account for agency in world.agencies}
    spread = {
        world.ledger.accounts[agency.account].bank.name: agency.holder.role
        for agency in world.agencies
        if agency.agent_id == agent_id
    }
    opened: list[Agency] = []
    for role in roles:
        holder = world.role(role)
        if holder is None:
            continue
        served = {
            (a.holder.role, world.ledger.accounts[a.account].bank.name) for a in world.agencies
        }
        free = [
            account
            for account in (world.ledger.accounts[i] for i in world.owned[holder.holder_id])
            if account.layout == "police"
            and account.index not in taken
            and (holder.role, account.bank.name) not in served
            and (not bank or account.bank.name == bank)
        ]
        if free:
            free.sort(key=lambda account: (account.bank.name in spread, account.index))
            opened.append(Agency(name, agent_id, holder, free[0].index))
    world.agencies.extend(opened)
    accounts = [world.ledger.accounts[agency.account] for agency in opened]
    world.truth.add(
        DETECTOR,
        POSITIVE if positive else HARD_NEGATIVE,
        f"{reason}: {len(opened)} holders",
        (agent_id,),
        amount_fen=0,
        bookings=0,
        from_on=min(account.opened_on for account in accounts),
        to_on=max(account.opened_on for account in accounts),
        delivered_as="人员信息·" + "、".join(sorted({a.bank.name for a in accounts})),
    )
