"""The door that granian opens."""

import gc
import os
from importlib import import_module

gc.disable()  # what start-up makes stays, so looking for cycles in it again and again finds nothing

from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a folder that is not there
application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)  # else the first who asks for a page waits for all of them

# Walking it again, and looking for cycles after every 700 objects, is a tenth of a page.
gc.freeze()
gc.set_threshold(10_000, 20, 20)
gc.enable()
