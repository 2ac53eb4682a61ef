"""A worker that raises what is due, as a process of its own: ``python -m tests.engines.signing.levels.dying_worker``.

``MOTCUA_TSA_URL`` names the time-stamp authority, the argument is the moment.
"""

import os
import sys
from datetime import datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings_test")
django.setup()

from motcua.engines.signing.levels.actions import raise_due  # noqa: E402

raise_due(at=datetime.fromisoformat(sys.argv[1]))
