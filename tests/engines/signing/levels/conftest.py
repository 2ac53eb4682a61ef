from collections.abc import Iterator

import pytest
from django.conf import settings

from motcua.engines.signing import actions
from tests.engines.signing.factories import AT
from tests.engines.signing.pki import Pki


@pytest.fixture
def trusting(pki: Pki, db: None) -> Iterator[Pki]:
    """A house that trusts the test authority and stamps with it."""
    actions.add_trust_anchor(der=pki.certificate("root"), demonstration=False, at=AT)
    settings.TIME_STAMP_AUTHORITIES, settings.SIGNATURE_LEVEL = [pki.tsa_url], "B-LTA"
    yield pki
    settings.TIME_STAMP_AUTHORITIES, settings.SIGNATURE_LEVEL = [], "B-B"
