"""SNIP 6: the coding and modifier rules of dermatology, one module a family, each with its cases beside it.

`_registry` declares a rule, `_engine` applies all of them to a patient's day, `catalogue` lists them. A rule is a plain
function; its cases stand in the `.toml` of the same name and are run by the tests.
"""
