"""The store: one DuckDB file of what was billed and what came back, in tables that a person can query with SQL."""
