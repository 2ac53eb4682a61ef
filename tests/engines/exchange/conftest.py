from tests.engines.signing.conftest import own_keys, pki, pki_server  # noqa: F401
