"""Fixtures of the tests that subscribe."""

from tests.kernel.events.hearing import heard, no_other_subscribers  # noqa: F401
