"""For the tests of this room: one process of streams."""

from tests.services.service_centre.streaming import streams_port  # noqa: F401  a fixture
