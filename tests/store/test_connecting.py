"""The one way to open a database."""

from __future__ import annotations

from qingfeng.store.connecting import connect


def test_the_folder_for_what_does_not_fit_may_have_any_name(tmp_path):
    folder = tmp_path / "o'x; 空 格"
    with connect(memory="1GB", spill=folder) as connection:
        (found,) = connection.sql("SELECT current_setting('temp_directory')").fetchall()[0]
    assert found == str(folder)


def test_no_bar_of_progress_goes_to_the_screen():
    with connect(zone="UTC", threads=1) as connection:
        found = connection.sql(
            "SELECT current_setting('enable_progress_bar'), current_setting('TimeZone'),"
            " current_setting('threads')"
        ).fetchall()[0]
    assert found == (False, "UTC", 1)
