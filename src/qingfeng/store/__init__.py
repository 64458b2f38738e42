"""Immutable Parquet batches under one home folder, read through in-memory DuckDB views."""

from qingfeng.store.batches import BatchWriter, Manifest
from qingfeng.store.case import Case
from qingfeng.store.home import Home

__all__ = ["BatchWriter", "Case", "Home", "Manifest"]
