"""Parts of the system that some tests drive: a browser, a system call tracer."""

import os
import shutil

import pytest

COMMANDS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "strace": ("strace",),
}


def require_system(name: str) -> str:
    """The path of the program; where it is absent the test is skipped, or fails under CURETTE_REQUIRE_SYSTEM (CI)."""
    for command in COMMANDS[name]:
        if path := shutil.which(command):
            return path
    reason = f"{name} is not installed"
    if os.environ.get("CURETTE_REQUIRE_SYSTEM"):
        pytest.fail(f"{reason}, and CURETTE_REQUIRE_SYSTEM says it must be")
    pytest.skip(reason)
