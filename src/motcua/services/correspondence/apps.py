from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrespondenceConfig(AppConfig):
    name = "motcua.services.correspondence"
    label = "correspondence"
    verbose_name = "Correspondence"

    def ready(self) -> None:
        """Declare types of documents, kinds of messages and notices; put the pages into menu and home page."""
        from motcua.engines.exchange import kinds
        from motcua.engines.exchange.kinds import Form, MessageKind
        from motcua.engines.signing import originals, subjects
        from motcua.kernel.events import access_log
        from motcua.kernel.web.navigation import NavItem, register
        from motcua.kernel.web.panels import Panel
        from motcua.kernel.web.panels import register as register_panel
        from motcua.services.correspondence import (  # noqa: F401
            delegating,
            editing,
            issued,
            notices,
            openings,
            series,
            subscribers,
            types,
        )
        from motcua.services.correspondence.actions.recognising import take_recognised
        from motcua.services.correspondence.actions.stacks import take_scans
        from motcua.services.correspondence.exchanging import building, taking
        from motcua.services.correspondence.pages import menus

        register(
            NavItem(
                "desk", _("Documents in"), "correspondence:incoming", 60, visible=menus.sees, waiting=menus.waiting
            )
        )
        out = "correspondence:outgoing"
        register(NavItem("desk", _("Documents out"), out, 61, visible=menus.sees, waiting=menus.waiting_out))
        subjects.register("outgoing", menus.addresses_of)
        originals.register("correspondence", by_digest=issued.by_digest)
        register_panel(Panel("desk", "correspondence.today", "correspondence/panel.html", menus.today, order=18))
        sent, told = _("Documents"), _("States of documents")
        kinds.register(MessageKind("document", sent, Form.DOCUMENT, build=building.document, take=taking.document))
        kinds.register(MessageKind("status", told, Form.STATUS, build=building.status, take=taking.status))
        take_scans()
        take_recognised()
        delegating.DOCUMENTS.offer()
        access_log.purposes[openings.DOCUMENT] = _("The document")
        access_log.purposes[openings.FILE] = _("A file of it")
