"""Checks of a transaction: conformance (SNIP 1-2), balancing (3) and, later, situations, code sets, lines, payers."""
