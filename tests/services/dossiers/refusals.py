"""What the house refuses, said once for all tests of dossiers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from motcua.kernel.errors import Refused
from motcua.kernel.events.models import Event


def refused(act: Callable[[], Any], code: str, kind: type[Refused] = Refused) -> None:
    """The act is refused for this reason, and nothing of it stays."""
    before = Event.objects.count()
    with pytest.raises(kind) as caught, transaction.atomic():
        act()
    assert caught.value.code == code
    assert Event.objects.count() == before
