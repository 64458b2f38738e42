"""The canonical tables: what every delivered row becomes, one YAML file a table."""

from qingfeng.schema.tables import Column, ColumnKind, Table, table, tables

__all__ = ["Column", "ColumnKind", "Table", "table", "tables"]
