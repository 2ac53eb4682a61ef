"""The door of ``motcua streams``: pages that change while they are looked at, and nothing else."""

import os

from django import setup
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a folder that is not there
setup()

from motcua.kernel.streams.serving import Application  # noqa: E402 - the rooms must be there

application = Application("motcua.site.streams_urls")
