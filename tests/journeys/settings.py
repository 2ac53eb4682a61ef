"""The journeys' house: files of the front end are known once and kept by browsers, as in a real one."""

from pathlib import Path

from motcua.site.settings_test import *  # noqa: F403

WHITENOISE_AUTOREFRESH = False
TEMPLATE_CODE = Path(__file__).parents[2] / "var/test/template-code"  # of all houses that tests build
