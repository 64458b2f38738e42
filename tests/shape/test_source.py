from pathlib import Path

import pytest

from tests.shape import source_checks

ROOT = Path(__file__).parents[2]
LIBRARY = source_checks.python_files(ROOT / "src")
EVERY_MODULE = [
    path
    for folder in ("src", "scripts", "bench", "tests")
    for path in source_checks.python_files(ROOT / folder)
]

# A module over 400 lines, by name, with the reason why splitting it would make it worse.
LONG_FOR_A_REASON: dict[str, str] = {}


def test_the_library_is_there():
    assert ROOT / "src" / "qingfeng" / "errors.py" in LIBRARY


def test_modules_are_short():
    assert source_checks.too_long(EVERY_MODULE, LONG_FOR_A_REASON) == []


def test_modules_have_names_that_say_something():
    assert source_checks.badly_named(LIBRARY) == []


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: str(path.relative_to(ROOT / "src")))
@pytest.mark.parametrize(
    "check",
    [
        source_checks.banned_identifiers,
        source_checks.floats_near_money,
        source_checks.naive_times,
        source_checks.incomplete_all,
    ],
)
def test_house_rules(check, path):
    assert check(path) == []


def test_no_sql_casts_money_to_a_fraction():
    complaints = {
        path.name: found
        for path in (ROOT / "src").rglob("*.sql")
        if (found := source_checks.money_as_double(path.read_text(encoding="utf-8")))
    }
    assert complaints == {}


# The checks themselves: each must be able to fail.


def module(folder, text, name="one.py"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("lines", "reason", "complaints"),
    [(400, "", 0), (401, "", 1), (401, "a table", 0), (600, "a table", 0), (601, "a table", 1)],
)
def test_length_is_bounded_from_both_sides(tmp_path, lines, reason, complaints):
    path = module(tmp_path, "x = 1\n" * lines)
    assert len(source_checks.too_long([path], {"one.py": reason})) == complaints


@pytest.mark.parametrize(
    ("name", "bad"), [("utils.py", True), ("helpers.py", True), ("money.py", False)]
)
def test_module_names_are_read(tmp_path, name, bad):
    assert bool(source_checks.badly_named([module(tmp_path, "", name)])) is bad


@pytest.mark.parametrize(("folder", "bad"), [("qingfeng", True), ("synth", False)])
def test_only_a_top_level_module_can_shadow_the_standard_library(tmp_path, folder, bad):
    (tmp_path / folder).mkdir()
    path = module(tmp_path / folder, "", "calendar.py")
    assert bool(source_checks.badly_named([path])) is bad


def test_package_names_are_read(tmp_path):
    (tmp_path / "common").mkdir()
    assert source_checks.badly_named([module(tmp_path / "common", "", "__init__.py")]) != []


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("data = 1", True),
        ("def f(info): ...", True),
        ("class CaseManager: ...", True),
        ("class TransactionList: ...", True),
        ("work_order = 1", True),
        ("metadata = 1", False),
        ("class Managerial: ...", False),
        ("transfer = found.data", False),
    ],
)
def test_identifiers_are_read(tmp_path, text, bad):
    assert bool(source_checks.banned_identifiers(module(tmp_path, text))) is bad


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("x = float(amount_fen)", True),
        ("x = float(row['balance_fen'])", True),
        ("x = amount_fen / 100", True),
        ("x = row.amount_fen // 100", False),
        ("x = Decimal(amount_fen) / 100", False),
        ("x = rows / seconds", False),
        ("amount: float = 0", True),
        ("amount_fen = 0.5", True),
        ("def f(yuan: float) -> None: ...", True),
        ("def balance_of(x: int) -> float: ...", True),
        ("def f(yuan: int) -> None: ...", False),
        ("x = float(seconds)", False),
    ],
)
def test_floats_near_money_are_seen(tmp_path, text, bad):
    assert bool(source_checks.floats_near_money(module(tmp_path, text))) is bad


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("SELECT amount_fen::DOUBLE", True),
        ("SELECT CAST(balance_fen AS double)", True),
        ("SELECT CAST(amount_fen AS BIGINT)", False),
        ("SELECT CAST(share AS double), amount_fen", False),
    ],
)
def test_casts_of_money_are_seen(text, bad):
    assert bool(source_checks.money_as_double(text)) is bad


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("x = datetime.now()", True),
        ("x = datetime.now(UTC)", True),
        ("x = datetime.datetime.utcnow()", True),
        ("x = date.today()", True),
        ("x = clock.today()", False),
        ("x = clock.now()", False),
    ],
)
def test_questions_for_the_time_are_seen(tmp_path, text, bad):
    assert bool(source_checks.naive_times(module(tmp_path, text))) is bad


def test_the_clock_may_ask_for_the_time(tmp_path):
    path = module(tmp_path, "x = datetime.now(UTC)", source_checks.CLOCK_MODULE)
    assert source_checks.naive_times(path) == []


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        ("def a(): ...", []),
        ("__all__ = ['a']\ndef a(): ...\ndef _b(): ...", []),
        ("__all__ = ['a']\ndef a(): ...\ndef b(): ...", ["lacks b"]),
        ("__all__ = ['a', 'c']\ndef a(): ...", ["invents c"]),
        ("__all__ = ['a']\nfrom x import y\ndef a(): ...", []),
    ],
)
def test_all_is_compared_with_what_is_there(tmp_path, text, complaints):
    path = module(tmp_path, text)
    assert source_checks.incomplete_all(path) == [f"{path}: __all__ {each}" for each in complaints]


def test_all_of_a_package_covers_what_it_imports(tmp_path):
    path = module(tmp_path, "from x import y, z\n__all__ = ['y']", "__init__.py")
    assert source_checks.incomplete_all(path) == [f"{path}: __all__ lacks z"]
