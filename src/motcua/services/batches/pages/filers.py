"""Whose pages these are: a citizen's or business's, or those of an officer who files for somebody at the counter."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from motcua.kernel.errors import NotAllowed
from motcua.people.accounts.access import sign_in_first, signed_in
from motcua.services.batches.access import RECEPTION, opened_by
from motcua.services.batches.models import Batch
from motcua.services.dossiers.pages.portal.common import View, viewer_of


def for_filers(view: View) -> View:
    """Decorator: signed in as a citizen or business, or as an officer who receives; no browser keeps the page."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not (signed_in(request).is_citizen or viewer_of(request).desk.has_somewhere(RECEPTION)):
            raise NotAllowed(_("This page is for citizens and businesses, and for officers who receive dossiers."))
        return view(request, *args, **kwargs)

    return never_cache(sign_in_first(checked))


def batch_of(request: HttpRequest, key: UUID) -> Batch:
    """The batch that whoever is signed in files. Raises ``NotFound``."""
    return opened_by(viewer_of(request), key)
