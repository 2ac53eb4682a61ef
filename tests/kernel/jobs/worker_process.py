"""A worker as a process of its own: ``python -m tests.kernel.jobs.worker_process``."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.site.settings_test")
django.setup()

from motcua.kernel.jobs import worker  # noqa: E402
from tests.kernel.jobs import samples  # noqa: E402, F401

worker.run(concurrency=1, queues=["tests"])
