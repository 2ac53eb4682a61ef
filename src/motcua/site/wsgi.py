"""The door that granian opens."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings")
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns of a folder that is not there
application = get_wsgi_application()

# What start-up made stays. Walking it again, and looking for cycles after every 700 objects, is a tenth of a page.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 20)
