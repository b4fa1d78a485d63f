"""SNIP 5: codes against the lists outside X12, each in the edition that was in force on the date of service.

`verdicts` judges a code, `claims` and `remits` find the codes of a claim and of an answer, `npi` the identifiers. A
code that no list of curette covers is told as not evaluated: it is neither right nor wrong.
"""
