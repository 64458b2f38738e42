"""What every reader needs, loaded once in the process that readers are forked from."""

from qingfeng.ingest.layouts import load_layouts
from qingfeng.ingest.words import shared_words
from qingfeng.ingest.work import do_unit
from qingfeng.schema import tables

load_layouts()
shared_words("success")
tables()

__all__ = ["do_unit"]
