from qingfeng.cli.import_text import report_lines


def entry(path, *layouts, status="imported", reason=None, **more):
    tables = [
        {"member": "", "sheet": f"S{number}", "layout": layout, "rows_read": 1, "rows_kept": 1,
         "rejected": [], "duplicates": [], "warnings": []} | more
        for number, layout in enumerate(layouts)
    ]  # fmt: skip
    return {"path": path, "status": status, "layout": next(filter(None, layouts), None),
            "reason": reason, "tables": tables}  # fmt: skip


def lines(*entries, language="en"):
    totals = dict.fromkeys(("rows_read", "rows_kept", "rejected", "duplicates"), 0)
    return list(report_lines({"files": entries, "totals": totals}, language))


def test_files_of_one_name_are_told_apart_by_their_folders():
    said = lines(
        entry("来/甲/流水.csv", "a"), entry("来/乙/流水.csv", "a"), entry("来/丙.csv", "a")
    )
    assert [line.split()[0] for line in said[1:4]] == ["来/甲/流水.csv", "来/乙/流水.csv", "丙.csv"]


def test_a_long_path_keeps_its_end():
    said = lines(*(entry(f"{'来' * 40}/{each}/流水.csv", "a") for each in "甲乙"))
    assert [line.split()[0][-9:] for line in said[1:3]] == ["/甲/流水.csv", "/乙/流水.csv"]
    assert said[1].startswith("…")


def test_further_layouts_of_a_file_are_counted():
    assert lines(entry("a.xlsx", "x", "y", "x"))[1].split()[:4] == ["a.xlsx", "imported", "x", "+1"]
    assert lines(entry("a.xlsx", "x", "x"))[1].split()[:4] == ["a.xlsx", "imported", "x", "2"]


def test_a_sheet_no_layout_fits_says_its_headers_and_what_is_near():
    found = entry("a.xlsx", "x", None)
    found["tables"][1] |= {"columns": ["甲", "乙"], "reasons": ["x lacks 丙"]}
    assert "  S1: no layout fits its headers (甲, 乙). x lacks 丙." in lines(found)


def test_a_document_is_listed_not_imported():
    found = entry("a.pdf", "document", rows_read=0, rows_kept=0)
    assert lines(found)[1].split()[:2] == ["a.pdf", "listed"]


def test_what_is_already_imported_says_how_it_is_read_anew():
    known = entry("a.csv", status="already_imported", reason="same content as b.csv")
    assert any("case withdraw" in line for line in lines(known))
    assert not any("case withdraw" in line for line in lines(entry("a.csv", "x")))
