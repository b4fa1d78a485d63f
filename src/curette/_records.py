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

    if os.environ.get("CURETTE_FROZEN"):
        record = attrs.frozen

        def growing(cls: type) -> type:
            """A record that stays open, though what it is made from is frozen."""
            made = attrs.define(cls)
            made.__setattr__ = object.__setattr__
            return made

    else:
        record = growing = partial(attrs.define, weakref_slot=False)

__all__ = ["growing", "record"]
