"""For the tests of this room: two agencies that exchange documents, and the keys of their messages."""

from tests.engines.signing.conftest import kept_home, kept_keys, pki, pki_server  # noqa: F401
from tests.services.correspondence.pair import pair  # noqa: F401
