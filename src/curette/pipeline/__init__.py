"""Where the parts are joined: files to transactions, transactions to findings and rows, in order, on one or more cores.

`files` opens what a user names, `workers` spreads the work, `preflight` checks claims, `remittances` categorises
denials, `earlier` reads what was sent before, `cases` tries the cases of rules, and `reading` hands claims and
remittances to programs.
"""

from typing import TYPE_CHECKING

from curette._lazy import lazily

_HOMES = {
    "FINDINGS_A_FILE": "curette.pipeline.results",
    "Categorised": "curette.pipeline.remittances",
    "CheckOptions": "curette.pipeline.preflight",
    "DenialOptions": "curette.pipeline.remittances",
    "check": "curette.pipeline.preflight",
    "denials": "curette.pipeline.remittances",
    "items": "curette.pipeline.files",
    "linked": "curette.pipeline.remittances",
    "read_claims": "curette.pipeline.reading",
    "read_remits": "curette.pipeline.reading",
    "reads": "curette.pipeline.files",
    "settle": "curette.pipeline.workers",
    "sources": "curette.pipeline.files",
    "total_size": "curette.pipeline.files",
    "try_case": "curette.pipeline.cases",
    "unreadable": "curette.pipeline.files",
}

if TYPE_CHECKING:
    from curette.pipeline.cases import try_case
    from curette.pipeline.files import items, reads, sources, total_size, unreadable
    from curette.pipeline.preflight import CheckOptions, check
    from curette.pipeline.reading import read_claims, read_remits
    from curette.pipeline.remittances import Categorised, DenialOptions, denials, linked
    from curette.pipeline.results import FINDINGS_A_FILE
    from curette.pipeline.workers import settle

__all__ = [
    "FINDINGS_A_FILE",
    "Categorised",
    "CheckOptions",
    "DenialOptions",
    "check",
    "denials",
    "items",
    "linked",
    "read_claims",
    "read_remits",
    "reads",
    "settle",
    "sources",
    "total_size",
    "try_case",
    "unreadable",
]

__getattr__ = lazily(__name__, _HOMES)
