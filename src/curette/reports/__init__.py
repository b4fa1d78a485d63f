"""Findings and rows in the forms people and programs read; a module a form."""
