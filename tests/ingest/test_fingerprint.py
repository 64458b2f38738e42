"""Identifiers depend on content alone, not on how it is held or what stands beside it."""

import hashlib

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.ingest.fingerprint import BETWEEN, identifiers

CONNECTION = duckdb.connect()
cell = st.one_of(st.none(), st.text(max_size=5))


def own_of(texts):
    CONNECTION.register("own_texts", pa.table({"x": pa.array(texts, pa.string())}))
    return (
        CONNECTION.sql("SELECT md5_number(x) AS own FROM own_texts")
        .to_arrow_table()["own"]
        .combine_chunks()
    )


def made(own, **texts):
    columns = {name: pa.array(cells, pa.string()) for name, cells in texts.items()}
    return identifiers(CONNECTION, "T", own_of(own), columns).to_pylist()


def expected(own, **texts):
    """The definition, one row at a time."""
    lanes = [0, 0]
    for text in [
        own,
        *(f"{name}{BETWEEN}{each}" for name, each in texts.items() if each is not None),
    ]:
        digest = hashlib.md5(text.encode()).digest()
        for lane in range(2):
            number = int.from_bytes(digest[8 * lane : 8 * lane + 8], "little")
            lanes[lane] = (lanes[lane] + number) % 2**64
    return "T" + b"".join(lane.to_bytes(8, "little") for lane in lanes).hex()[:24]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=4), cell, cell), min_size=1, max_size=6))
def test_the_identifier_is_the_sum_of_its_digests(rows):
    own, payees, remarks = zip(*rows, strict=True)
    assert made(own, payee=payees, remark=remarks) == [
        expected(a, payee=b, remark=c) for a, b, c in rows
    ]


def test_encoded_and_flat_columns_give_the_same():
    flat = pa.array(["甲", None, "乙", "甲"])
    own = own_of(["1", "2", "3", "4"])
    one = identifiers(CONNECTION, "T", own, {"payee": flat})
    two = identifiers(CONNECTION, "T", own, {"payee": flat.dictionary_encode()})
    assert one.equals(two)


def test_a_column_of_nulls_is_a_column_that_was_not_delivered():
    assert made(["1"], payee=["甲"], remark=[None]) == made(["1"], payee=["甲"])


def test_the_same_text_in_another_column_is_another_row():
    assert made(["1"], payee=["甲"], remark=[None]) != made(["1"], payee=[None], remark=["甲"])
