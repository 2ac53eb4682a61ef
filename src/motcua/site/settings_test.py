"""Settings of the test suite: same house, quick password hashes, loud mistakes."""

import os
from pathlib import Path

from motcua.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
DEMONSTRATION_KEYS = True
DATABASES["default"]["TEST"] = {  # noqa: F405
    "NAME": os.environ.get("MOTCUA_TEST_DATABASE", "test_motcua"),
    "TEMPLATE": (template := os.environ.get("MOTCUA_TEST_TEMPLATE") or None),
    "MIGRATE": template is None,  # what the template holds need not be looked over
}
MAP_OUTLINES = Path(os.devnull)  # there, so that no demonstration lays out a map which other tests would meet
