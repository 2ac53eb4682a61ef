"""The journeys' house: files of the front end are known once and kept by browsers, as in a real one."""

from motcua.site.settings_test import *  # noqa: F403

WHITENOISE_AUTOREFRESH = False
