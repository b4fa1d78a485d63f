"""Code lists and tables: read from the maps, looked up by code."""
