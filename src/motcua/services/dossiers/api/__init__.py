"""The JSON interface of dossiers: files, filing, reading, acting, the inbox."""

from motcua.services.dossiers.api import acting, filing, reading  # noqa: F401 - they put their operations on the router
from motcua.services.dossiers.api.viewers import router

__all__ = ["router"]
