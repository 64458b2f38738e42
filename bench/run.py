"""Qingfeng beside what a user would pick instead: ``scripts/bench SUITE... [options]``.

Every figure is of a process of its own; the engines of one suite take turns in one run, so
that a machine that slows down slows all of them. Results go to ``bench/results/``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pyarrow.parquet as pq  # noqa: E402

from bench.machine import machine_facts  # noqa: E402
from bench.measuring import Usage, run_engine  # noqa: E402
from bench.police_rows import write_rows  # noqa: E402
from qingfeng.detectors.runner import run as run_detectors  # noqa: E402
from qingfeng.ingest.run import import_paths  # noqa: E402
from qingfeng.store import Home  # noqa: E402
from qingfeng.synth import build, score  # noqa: E402

DATA = ROOT / "bench" / "data"
RESULTS = ROOT / "bench" / "results"


def police(options: argparse.Namespace) -> dict[str, Any]:
    """34-column GB18030 rows to committed Parquet: ours, plain DuckDB, pandas, in turn."""
    source = DATA / f"police-{options.rows}.csv"
    if not source.exists():
        write_rows(source, options.rows)
    engines = ["qingfeng", "duckdb", "pandas"][: 1 if options.ours_only else 3]
    runs: dict[str, list[Usage]] = {engine: [] for engine in engines}
    for turn in range(options.repeat):
        for engine in engines:
            print(f"police: turn {turn + 1}, {engine}", file=sys.stderr)
            runs[engine].append(_police_run(engine, source, options.memory))
    found: dict[str, Any] = {"rows": options.rows, "bytes": source.stat().st_size}
    for engine, usages in runs.items():
        seconds = [each.said.get("durable_seconds") or each.seconds for each in usages]
        found[engine] = {
            "seconds_to_parquet": _three(seconds),
            "seconds_with_linking": _three([each.seconds for each in usages]),
            "rows_per_second": round(options.rows / statistics.median(seconds)),
            "cpu_seconds": _three([each.cpu_seconds for each in usages]),
            "peak_mb": max(each.peak_mb for each in usages),
        }
    ours = found["qingfeng"]["seconds_to_parquet"]["median"]
    found["times_faster"] = {
        engine: round(found[engine]["seconds_to_parquet"]["median"] / ours, 2)
        for engine in engines[1:]
    }
    found["sums"] = {engine: _sums(engine) for engine in engines}
    if len({json.dumps(each, sort_keys=True) for each in found["sums"].values()}) > 1:
        raise SystemExit(f"The engines disagree: {found['sums']}")
    return found


def _police_run(engine: str, source: Path, memory: str) -> Usage:
    if engine != "qingfeng":
        return run_engine(f"bench.engines.{engine}_police", [str(source), str(_target(engine))])
    shutil.rmtree(_target(engine), ignore_errors=True)
    words = [str(_target(engine)), "B", str(source), "2", memory]
    return run_engine("bench.engines.import_folder", words)


def _target(engine: str) -> Path:
    return DATA / ("home-police" if engine == "qingfeng" else f"{engine}.parquet")


def _sums(engine: str) -> dict[str, int]:
    """Fen by direction, and the number of rows: the same for all engines or it is no contest."""
    target = _target(engine)
    parts = sorted(target.glob("cases/B/batches/*/transfers/*.parquet")) or [target]
    found: dict[str, int] = {"rows": 0}
    for part in parts:
        table = pq.read_table(part, columns=["direction", "amount_fen"], partitioning=None)
        found["rows"] += table.num_rows
        sums = table.group_by("direction").aggregate([("amount_fen", "sum")])
        for direction, fen in zip(*(column.to_pylist() for column in sums.columns), strict=True):
            found[str(direction)] = found.get(str(direction), 0) + int(fen)
    return found


def case(options: argparse.Namespace) -> dict[str, Any]:
    """The article-scale delivery to committed tables, and the same delivery again."""
    folder = DATA / "article"
    shutil.rmtree(folder, ignore_errors=True)
    built = build(folder, scale="article")
    runs: list[Usage] = []
    again: list[Usage] = []
    for turn in range(options.repeat):
        print(f"case: turn {turn + 1}", file=sys.stderr)
        home = DATA / "home-case"
        shutil.rmtree(home, ignore_errors=True)
        words = [str(home), "B", str(built.delivered), "2", options.memory]
        words.append(str(built.passwords_file))
        runs.append(run_engine("bench.engines.import_folder", words))
        again.append(run_engine("bench.engines.import_folder", words))
    return {
        "files": built.files,
        "totals": runs[0].said["totals"],
        "seconds_to_tables": _three([each.said["durable_seconds"] for each in runs]),
        "seconds_with_linking": _three([each.seconds for each in runs]),
        "peak_mb": max(each.peak_mb for each in runs),
        "again_seconds": _three([each.seconds for each in again]),
        "again_rows": again[0].said["totals"]["rows_kept"],
    }


def accuracy(options: argparse.Namespace) -> dict[str, Any]:
    """Planted truth of the detectors at article scale, a seed a column."""
    found: dict[str, Any] = {}
    for seed in options.seeds:
        print(f"accuracy: seed {seed}", file=sys.stderr)
        folder = DATA / f"seed-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        built = build(folder / "made", scale="article", seed=seed)
        opened = Home(folder / "home").create_case("B", title="bench", instrument="演示")
        passwords = built.passwords_file.read_text(encoding="utf-8").split()
        import_paths(opened, [built.delivered], passwords=passwords)
        for name, each in score(run_detectors(opened)["findings"], built.truth).items():
            found.setdefault(name, {})[str(seed)] = {
                "planted": each.planted,
                "findings": each.findings,
                "recall": _share(each.recall),
                "precision": _share(each.precision),
                "yuan_recall": _share(each.yuan_recall),
                "hard_negatives_hit": len(each.negatives_hit),
                "hard_negatives": each.negatives,
                "incidental_found": len(each.incidental_found),
                "incidental": each.incidental,
                "unplanted": len(each.unplanted),
            }
        shutil.rmtree(folder)
    return found


def _share(value: Fraction | None) -> float | None:
    return None if value is None else round(value.numerator / value.denominator, 4)


def _three(values: Sequence[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 2),
        "median": round(statistics.median(values), 2),
        "max": round(max(values), 2),
    }


SUITES: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "police": police,
    "case": case,
    "accuracy": accuracy,
}


def main() -> None:
    """Run the suites asked for, write and print their results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", choices=[*SUITES, []], default=list(SUITES))
    parser.add_argument("--rows", type=int, default=500_000, help="rows of the police suite")
    parser.add_argument("--repeat", type=int, default=3, help="turns of every engine")
    parser.add_argument("--memory", default="1GB", help="bound of the database in each process")
    parser.add_argument("--seeds", type=int, nargs="+", default=[7, 8, 9])
    parser.add_argument("--ours-only", action="store_true", help="leave the peers out")
    options = parser.parse_args()
    DATA.mkdir(exist_ok=True)
    RESULTS.mkdir(exist_ok=True)
    for name in options.suites:
        result = {"machine": machine_facts(), name: SUITES[name](options)}
        suffix = f"-{options.rows}" if name == "police" else ""
        text = json.dumps(result, ensure_ascii=False, indent=1)
        (RESULTS / f"{name}{suffix}.json").write_text(text + "\n", encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main()
