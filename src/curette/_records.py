"""Records that are frozen for the type checker and cheap to make at run time.

A frozen attrs `__init__` costs three to four times an ordinary one, and a batch makes millions of records.
`CURETTE_FROZEN=1` makes them really frozen; the tests run once that way. Only a `growing` record stays open: its
reader, and nobody else, still learns of it when it is made, and storing past a freeze costs six times as much.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrs import frozen as growing
    from attrs import frozen as record
else:
    import os
    from functools import partial

    import attrs

    growing = partial(attrs.define, weakref_slot=False)
    record = attrs.frozen if os.environ.get("CURETTE_FROZEN") else growing

__all__ = ["growing", "record"]
