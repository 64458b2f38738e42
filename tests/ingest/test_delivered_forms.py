"""Forms of single sources: imported, and looked at in the case."""

from __future__ import annotations

from pathlib import Path

from tests.ingest.imports import imported
from tests.ingest.test_header_sides import rows

PERSON = "359901197203050119"


def delivered(folder: Path, name: str, lines: list[str]) -> Path:
    """A delivery of one file; *name* may lie below folders."""
    path = folder / "delivery" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "delivery"


def test_the_folder_of_a_summary_is_its_source(tmp_path):
    name = f"中国人民银行反洗钱（定向查询）/林墨白_{PERSON}_国监查【2024】第000123号_反洗钱.csv"
    lines = ["姓名,证件号码,查询结果", f"(一)林墨白,{PERSON},有支付机构账户"]
    case = imported(tmp_path / "home", delivered(tmp_path, name, lines))
    said = rows(case, "source_name, subject_name, has_results", "query_summaries")
    assert said == [("中国人民银行反洗钱", "林墨白", True)]
