"""``python -m motcua`` is the ``motcua`` program."""

from motcua.site.cli import main

main()
