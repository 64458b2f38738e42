"""Code lists of the import report."""

from __future__ import annotations

from qingfeng.vocabulary.labelled import Labelled


class FileStatus(Labelled):
    """What became of one delivered file (导入状态)."""

    IMPORTED = "imported", "已导入"
    ALREADY_IMPORTED = "already_imported", "此前已导入"
    REFUSED = "refused", "未导入"
    IGNORED = "ignored", "无需导入"
    WITHDRAWN = "withdrawn", "已撤出"
