"""The house rules that can be read off source text. Each check returns its complaints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

LONGEST_WITHOUT_REASON = 400
LONGEST = 600

BANNED_NAMES = frozenset(
    {"data", "helper", "helpers", "info", "manager", "process", "tmp", "util", "utils"}
)
BANNED_MODULES = BANNED_NAMES | {
    "base",
    "common",
    "constants",
    "core",
    "managers",
    "misc",
    "shared",
    "stuff",
    "tools",
}
SHADOWING = frozenset({"calendar", "code", "platform", "trace", "types"})
"""Names of the standard library that no module directly under ``qingfeng`` may take."""

BANNED_SYNONYMS = re.compile(
    r"(^|_)(white_glove|work_order|transaction|doubt|trial)s?($|_)"
    r"|(Manager|Helper|Util|WhiteGlove|WorkOrder|Transaction|Trial)(?![a-z])"
)
MONEY = re.compile(r"(^|_)(fen|yuan|amount|balance|money)($|_)")
CLOCK_MODULE = "periods.py"


def python_files(root: Path) -> list[Path]:
    """Every Python file below *root*, in a steady order."""
    return sorted(path for path in root.rglob("*.py") if "__pycache__" not in path.parts)


def too_long(paths: Iterable[Path], reasons: Mapping[str, str]) -> list[str]:
    """Modules over 400 lines without a reason, and over 600 with any; *reasons* by file name."""
    found = []
    for path in paths:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            found.append(f"{path}: {lines} lines; over {LONGEST} no reason counts")
        elif lines > LONGEST_WITHOUT_REASON and not reasons.get(path.name):
            found.append(f"{path}: {lines} lines; give a reason or split it")
    return found


def badly_named(paths: Iterable[Path]) -> list[str]:
    """Modules and packages whose name says nothing, or shadows the standard library."""
    found = []
    for path in paths:
        named = path.parent if path.name == "__init__.py" else path.with_suffix("")
        banned = BANNED_MODULES | (SHADOWING if named.parent.name == "qingfeng" else set())
        if named.name in banned:
            found.append(f"{path}: a module may not be named {named.name}")
    return found


def banned_identifiers(path: Path) -> list[str]:
    """Names defined in *path* that say nothing, or that the glossary says otherwise."""
    return [
        f"{path}:{line}: {name} is not a name here"
        for name, line in _defined(ast.parse(path.read_text(encoding="utf-8")))
        if name in BANNED_NAMES or BANNED_SYNONYMS.search(name)
    ]


def _defined(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def floats_near_money(path: Path) -> list[str]:
    """Float where the same expression or declaration speaks of money."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        f"{path}:{node.lineno}: float near money"
        for node in ast.walk(tree)
        if isinstance(node, ast.expr | ast.stmt | ast.arg) and _makes_money_float(node)
    ]


def _makes_money_float(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="float"), args=args):
            found = any(map(_speaks_of_money, args))
        case ast.BinOp(op=ast.Div(), left=left, right=right) if not _is_exact(left, right):
            found = _speaks_of_money(left) or _speaks_of_money(right)
        case ast.AnnAssign(target=target, annotation=annotation):
            found = _speaks_of_money(target) and _is_float(annotation)
        case ast.arg(arg=name, annotation=annotation):
            found = bool(MONEY.search(name)) and _is_float(annotation)
        case ast.FunctionDef(name=name, returns=returns):
            found = bool(MONEY.search(name)) and _is_float(returns)
        case ast.Assign(targets=targets, value=ast.Constant(value=float())):
            found = any(map(_speaks_of_money, targets))
        case _:
            found = False
    return found


def _is_float(annotation: ast.AST | None) -> bool:
    if annotation is None:
        return False
    return any(isinstance(n, ast.Name) and n.id == "float" for n in ast.walk(annotation))


def _is_exact(*operands: ast.AST) -> bool:
    """Whether one of *operands* is a Decimal or Fraction made on the spot."""
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Name)
        and each.func.id in {"Decimal", "Fraction"}
        for each in operands
    )


def _speaks_of_money(node: ast.AST) -> bool:
    for inner in ast.walk(node):
        match inner:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                if MONEY.search(name):
                    return True
    return False


def money_as_double(text: str) -> list[str]:
    """Lines of SQL that cast money to a binary fraction."""
    cast = re.compile(r"(?i)(\w+)\s*(?:::|\bAS\b)\s*(double|float|real)\b")
    return [
        f"line {number}: {line.strip()}"
        for number, line in enumerate(text.splitlines(), start=1)
        if any(MONEY.search(found[1].lower()) for found in cast.finditer(line))
    ]


def naive_times(path: Path) -> list[str]:
    """Calls that ask the machine for the time, outside the one module that may."""
    if path.name == CLOCK_MODULE:
        return []
    asked = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today")}
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=attribute)):
                owner = value.id if isinstance(value, ast.Name) else getattr(value, "attr", "")
                if (owner, attribute) in asked or attribute == "utcfromtimestamp":
                    found.append(f"{path}:{node.lineno}: {owner}.{attribute}(); ask a Clock")
    return found


def incomplete_all(path: Path) -> list[str]:
    """What ``__all__`` of *path* leaves out or invents; nothing where it is not declared."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bound, declared = set[str](), None
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                declared = set(ast.literal_eval(value))
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Assign(targets=targets):
                bound |= {each.id for each in targets if isinstance(each, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                bound.add(name)
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                bound |= {alias.asname or alias.name for alias in names}
    if declared is None:
        return []
    public = {name for name in bound if not name.startswith("_")} - {"annotations"}
    if path.name != "__init__.py":
        public &= {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    left_out = [f"{path}: __all__ lacks {name}" for name in sorted(public - declared)]
    invented = [f"{path}: __all__ invents {name}" for name in sorted(declared - bound)]
    return left_out + invented
