"""curette: X12 EDI for dermatology billing.

>>> import curette
>>> for claim in curette.read_claims("batch.837"):
...     print(claim.control_number, claim.charge)
"""

__version__ = "0.1.0"
