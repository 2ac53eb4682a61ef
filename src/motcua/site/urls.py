"""Every address of the house."""

from django.urls import include, path

from motcua.site.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("motcua.services.dossiers.pages.urls")),  # first, for most requests lead there
    path("", include("motcua.site.pages.urls")),
    path("", include("motcua.kernel.time.pages.urls")),
    path("", include("motcua.kernel.events.pages.urls")),
    path("", include("motcua.people.organisations.pages.urls")),
    path("", include("motcua.people.accounts.pages.urls")),
    path("", include("motcua.people.officers.pages.urls")),
    path("", include("motcua.people.citizens.pages.urls")),
    path("", include("motcua.engines.signing.pages.urls")),
    path("", include("motcua.engines.messaging.pages.urls")),
    path("", include("motcua.services.procedures.pages.urls")),
    path("", include("motcua.services.batches.pages.urls")),
    path("", include("motcua.services.families.pages.urls")),
    path("", include("motcua.services.ratings.pages.urls")),
    path("", include("motcua.services.vault.pages.urls")),
    path("", include("motcua.services.petitions.pages.urls")),
    path("", include("motcua.services.correspondence.pages.urls")),
    path("", include("motcua.services.tasks.pages.urls")),
    path("", include("motcua.services.diary.pages.urls")),
    path("", include("motcua.services.records.pages.urls")),
    path("", include("motcua.engines.editions.pages.urls")),
    path("", include("motcua.engines.registers.pages.urls")),
    path("", include("motcua.engines.exchange.pages.urls")),
    path("", include("motcua.engines.editing.pages.urls")),
    path("", include("motcua.engines.connectors.pages.urls")),
    path("", include("motcua.services.service_centre.pages.urls")),
    path("", include("motcua.services.payments.pages.urls")),
    path("", include("motcua.services.national_portal.pages.urls")),
]

handler400 = "motcua.site.pages.errors.bad_request"
handler403 = "motcua.site.pages.errors.forbidden"
handler404 = "motcua.site.pages.errors.not_found"
handler500 = "motcua.site.pages.errors.server_error"
