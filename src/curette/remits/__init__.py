"""Remittances (835, 005010X221A1): the objects, their reader and their balance."""
