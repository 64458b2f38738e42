"""Which records state that an account and a card are one place where money lies.

A bank's record with both numbers does. A wallet's does not: its card is a bank card bound to
the wallet, or the one that paid, and the money on it lies at the bank.
"""

from __future__ import annotations

WALLETS = "财付通|微信|支付宝|蚂蚁|(?:^|[^北南])京东|美团|(?i:tenpay|alipay)"
"""RE2 pattern of the institutions that keep wallets, and of their names in bank bookings.

A branch in the east of Beijing or on Nanjing's east road is none of them.
"""

WALLET_TYPES = ("绑定银行卡", "支付账户")
"""Values of ``accounts.account_type`` that layouts of wallets and payment institutions give."""


def wallet_account(row: str) -> str:
    """SQL, never null: does *row* (an alias of ``accounts``) speak of a wallet?"""
    types = ", ".join(f"'{each}'" for each in WALLET_TYPES)
    return (
        f"(coalesce(regexp_matches({row}.bank, '{WALLETS}'), false)"
        f" OR coalesce({row}.account_type IN ({types}), false))"
    )


def wallet_booking(row: str) -> str:
    """SQL, never null: is *row* (an alias of a table of bookings) booked in a wallet?"""
    return (
        f"(coalesce(regexp_matches({row}.bank, '{WALLETS}'), false)"
        f" OR {row}.pay_method IS NOT NULL)"
    )


def stated_numbers(transfers: str) -> str:
    """SQL of the distinct ``account``, ``card`` and ``one_place`` (BOOLEAN, not null).

    Of the rows of *transfers* (a table or view of bookings) and of ``accounts``. Numbers may
    be null, and a pair may come once with each answer: one record that states it is enough.
    """
    # Two steps: the pattern is matched once a distinct spelling, not once a booking.
    return f"""
        SELECT DISTINCT account, card, NOT {wallet_booking("said")} AS one_place
        FROM (SELECT DISTINCT account, card, bank,
                     CASE WHEN pay_method IS NOT NULL THEN '' END AS pay_method
              FROM {transfers}) said
        UNION SELECT account, card, NOT {wallet_account("listed")} FROM accounts listed"""


def one_place_pairs(transfers: str) -> str:
    """SQL of the distinct ``account`` and ``card``, not null, that are one place."""
    return f"""
        SELECT DISTINCT account, card FROM ({stated_numbers(transfers)})
        WHERE one_place AND account IS NOT NULL AND card IS NOT NULL"""
