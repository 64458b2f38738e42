import codecs

import pytest

from qingfeng.ingest.readers import encodings

HEADER = "交易时间,户名,金额\n2024-01-31,欧阳㛃,1.00\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(HEADER.encode(), "utf-8", id="strict utf-8"),
        pytest.param(HEADER.encode("utf-8-sig"), "utf-8-sig", id="byte order mark"),
        pytest.param(HEADER.encode("gb18030"), "gb18030", id="four-byte character"),
        pytest.param(codecs.BOM_UTF16_LE + HEADER.encode("utf-16-le"), "utf-16", id="utf-16 mark"),
        pytest.param(
            codecs.BOM_UTF16_BE + HEADER.encode("utf-16-be"), "utf-16", id="big endian mark"
        ),
        pytest.param(HEADER.encode("utf-16-le"), "utf-16-le", id="no mark, little endian"),
        pytest.param(HEADER.encode("utf-16-be"), "utf-16-be", id="no mark, big endian"),
        pytest.param(HEADER.encode("utf-32"), "utf-32", id="utf-32 mark"),
        pytest.param(codecs.BOM_UTF32_BE + HEADER.encode("utf-32-be"), "utf-32", id="utf-32 big"),
        pytest.param(HEADER.encode("utf-32-le"), "utf-32-le", id="utf-32, no mark, little"),
        pytest.param(HEADER.encode("utf-32-be"), "utf-32-be", id="utf-32, no mark, big"),
        pytest.param(b"a,b\n1,2\n", "utf-8", id="ascii"),
    ],
)
def test_the_text_comes_back_without_its_mark(data, encoding):
    text, found, notes = encodings.decode(data)
    assert (found, notes) == (encoding, ())
    assert text == (HEADER if b"a,b" not in data else "a,b\n1,2\n")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_prefix_cut_inside_a_character_is_detected_like_the_whole(encoding):
    data = HEADER.encode(encoding)
    assert {encodings.detect(data[:end]) for end in range(3, len(data))} == {encoding}


def test_a_short_gb18030_text_is_not_taken_for_another_language():
    assert encodings.decode("户名".encode("gb18030"))[:2] == ("户名", "gb18030")


def test_bytes_of_no_character_are_noted_with_their_row():
    data = "一行\n".encode() * 20 + b"\xff\xfe\n" + "末行".encode()
    text, encoding, notes = encodings.decode(data)
    assert (encoding, text.count("\ufffd")) == ("utf-8", 2)
    assert [(note.row, "replaced" in note.text) for note in notes] == [(21, True)]


def test_rows_are_counted_by_cr_where_there_is_no_lf():
    notes = encodings.decode(b"a\rb\x00\rc").notes
    assert [note.row for note in notes] == [2]


def test_nuls_and_marks_are_removed_and_noted():
    text, _, notes = encodings.decode(b"a\x00,b\n\x01123,c\n")
    assert text == "a,b\n123,c\n"
    assert [(note.row, note.text) for note in notes] == [
        (1, "control characters 0x00 were removed"),
        (2, "control characters 0x01 were removed"),
    ]


def test_notes_stop_at_the_limit_and_say_how_many_there_are():
    notes = encodings.decode(b"a\x00\n" * 201).notes
    assert len(notes) == 201
    assert notes[-1].row is None
    assert "201 in all" in notes[-1].text
    assert len(encodings.decode(b"a\x00\n" * 200).notes) == 200


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(HEADER.encode() + b"\0" * 40, True, id="text with NULs"),
        pytest.param("户名,金额\n".encode("gb18030"), True, id="chinese"),
        pytest.param(bytes(range(256)) * 8, False, id="every byte"),
        pytest.param(b"\0" * 100, False, id="only NULs"),
        pytest.param(b"a" * 98 + b"\x05" * 2, True, id="two controls in a hundred"),
        pytest.param(b"a" * 97 + b"\x05" * 3, False, id="three controls in a hundred"),
    ],
)
def test_text_is_told_from_binary(data, text):
    assert encodings.is_text(data) is text


GOOD, OTHER = "东山村,王伟,35.00\n", "西山村,何桂蓉,20.00\n"


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (GOOD.encode() * 2 + OTHER.encode("gb18030"), [3]),
        (OTHER.encode("gb18030") + GOOD.encode() * 2, [1]),
        (GOOD.encode() + OTHER.encode("gb18030") + OTHER.encode("gb18030"), []),
        (GOOD.encode("gb18030") * 3, []),
        (GOOD.encode() * 3, []),
        (GOOD.encode() * 2 + GOOD.encode().replace("伟".encode(), b"\xe4\xbc"), []),
    ],
    ids=["last", "first", "as many again", "all gb18030", "all utf-8", "a character cut"],
)
def test_lines_of_another_encoding_are_rewritten(raw, lines):
    found = encodings.unmixed(raw, encodings.detect(raw))
    assert found.lines == lines
    if lines:
        assert sorted(found.raw.decode().splitlines()) == sorted((GOOD * 2 + OTHER).splitlines())
    else:
        assert found.raw == raw
