from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "motcua.engines.signing"
    label = "signing"
    verbose_name = "Signing"

    def ready(self) -> None:
        """Make the providers known, and put checking, ways of signing and others' requests where people look."""
        from motcua.engines.signing.access import BEFORE_SIGNING
        from motcua.engines.signing.care import notices  # noqa: F401
        from motcua.engines.signing.care.access import looks_after
        from motcua.engines.signing.pages import own_means, partners
        from motcua.engines.signing.providers import (  # noqa: F401
            agency,
            csc,
            mysign,
            sign_server,
            sim,
            smartca,
            smartca_codes,
            software,
            token,
            vgca,
        )
        from motcua.kernel.events import access_log
        from motcua.kernel.web import panels
        from motcua.kernel.web.navigation import NavItem, Waiting, register
        from motcua.people.accounts.access import is_administrator
        from motcua.people.officers import menus

        access_log.purposes[BEFORE_SIGNING] = _("Reading what another agency asks to sign")
        register(NavItem("portal", _("Check a document"), "signing:verify", 40))
        register(NavItem("account", _("Ways of signing"), "signing:means", 25, menus.is_officer))
        register(NavItem("account", _("My digital signature"), "signing:own-means", 35, own_means.offers))
        register(NavItem("administration", _("Certificates"), "signing:certificates", 71, looks_after))
        register(NavItem("administration", _("Trusted authorities"), "signing:trust-anchors", 72, is_administrator))
        register(NavItem("administration", _("Signing policy"), "signing:policies", 73, is_administrator))
        template = "signing/panels/partner_requests.html"
        panels.register(panels.Panel("desk", "signing.partner-requests", template, partners.panel, order=40))
        waiting = NavItem(
            "administration",
            _("Signatures waiting"),
            "signing:levels",
            70,
            is_administrator,
            lambda request: Waiting("SELECT FROM signing_signedfile WHERE state <> 'reached'"),
        )
        register(waiting)
