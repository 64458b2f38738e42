"""Containers and encodings: bytes to grids of cells, decided by content."""
