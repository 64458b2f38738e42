"""Any delivered file to canonical tables, with a report that accounts for every row."""
