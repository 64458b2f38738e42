"""Code lists: the values that columns, reports and screens may hold, with their Chinese labels.

The lists are frozen: a value is never renamed or removed, because stored rows hold it.
"""

from qingfeng.periods import TimePrecision
from qingfeng.vocabulary.findings import Authority, Confidence, FindingState, Severity
from qingfeng.vocabulary.imports import FileStatus
from qingfeng.vocabulary.labelled import Labelled
from qingfeng.vocabulary.records import (
    AccountStatus,
    CallDirection,
    CallKind,
    IdType,
    InvoiceStatus,
)
from qingfeng.vocabulary.transfers import TransferDirection, TransferStatus

__all__ = [
    "AccountStatus",
    "Authority",
    "CallDirection",
    "CallKind",
    "Confidence",
    "FileStatus",
    "FindingState",
    "IdType",
    "InvoiceStatus",
    "Labelled",
    "Severity",
    "TimePrecision",
    "TransferDirection",
    "TransferStatus",
]
