"""HTML reports: one file each, nothing from outside, no script, everything from a file escaped.

The only module that knows jinja2. Pages are written as they are made, so a long report needs no more memory.
"""

import base64
import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = files("curette.reports") / "templates"


def page(name: str, **values: Any) -> Iterator[str]:
    """The pieces of the page `name`.html with its styles (base.css and its own); iterables in `values` are streamed."""
    style = "".join((_FOLDER / f"{part}.css").read_text("utf-8") for part in ("base", name))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield from _environment().get_template(f"{name}.html").generate(style=style, policy=policy, **values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # late: other reports do not need it

    return Environment(
        loader=FunctionLoader(lambda name: (_FOLDER / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
