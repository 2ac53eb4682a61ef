"""``python -m motcua_token_agent``."""

from motcua_token_agent.cli import main

main()
