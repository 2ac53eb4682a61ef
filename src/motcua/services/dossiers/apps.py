from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "motcua.services.dossiers"
    label = "dossiers"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register with everything that asks dossiers, and let events and notices find theirs."""
        from motcua.services.dossiers import (  # noqa: F401
            changed_documents,
            deadline_notices,
            notices,
            scanning,
            series,
            subscribers,
            talks,
        )
        from motcua.services.dossiers.pages.desk import menus as desk
        from motcua.services.dossiers.pages.desk import talking
        from motcua.services.dossiers.pages.portal import live
        from motcua.services.dossiers.pages.portal import menus as portal

        desk.register()
        portal.register()
        self._answer_engines()
        self._answer_rooms()
        scanning.register()
        talking.register()
        live.register()

    def _answer_engines(self) -> None:
        """Calendars ask which promised dates they move, signing what was signed, line systems who takes an answer."""
        from motcua.engines.connectors import consumers
        from motcua.engines.signing import originals, subjects
        from motcua.kernel.events import access_log
        from motcua.kernel.time import calendar_effects
        from motcua.services.dossiers import calendar_moves, connecting, issued_results
        from motcua.services.dossiers.actions import system_answers
        from motcua.services.dossiers.filed import FILED
        from motcua.services.dossiers.pages.desk import rows

        calendar_effects.register("dossiers", preview=calendar_moves.preview, apply=calendar_moves.apply)
        subjects.register("dossier", rows.addresses_of)
        originals.register("dossiers", by_digest=issued_results.by_digest, by_code=issued_results.by_code)
        access_log.purposes |= {
            "handling": _("Handling a dossier"),
            "paper": _("Opening a paper of a dossier"),
            FILED: _("Looking at a dossier that one filed for another"),
            "control": _("Printing the control slip of a dossier"),
        }
        consumers.register(
            consumers.Consumer(
                connecting.CONSUMER,
                take=system_answers.take_answer,
                given_up=system_answers.tell_lost,
                wants=connecting.is_wanted,
            )
        )

    def _answer_rooms(self) -> None:
        """Payments ask what is paid for, documents what is opened from them and answered, packages what they may
        register."""
        from motcua.kernel.web import sections
        from motcua.kernel.web.sections import Section
        from motcua.services.correspondence import origins, proposals
        from motcua.services.dossiers import answering, applicants, delegating, marks, ordering, registering
        from motcua.services.dossiers.pages.desk import of_document, rows
        from motcua.services.dossiers.pages.portal import paying
        from motcua.services.payments import subjects as paid_for
        from motcua.services.procedures.packages import registers

        paid_for.register(
            "dossier",
            at_the_desk=rows.addresses_of,
            of_the_payer=paying.addresses_of,
            within=delegating.within,
            particulars=ordering.particulars_of,
            open_named=ordering.open_named,
            concerned=applicants.concerned,
        )
        own = of_document.section
        sections.register(Section("document", "dossiers", "dossiers/desk/of_document.html", own, order=20))
        proposals.register("dossiers", answering.proposed)
        origins.register(registering.KIND, registering.place_of)
        registers.register(registering.REGISTER, marks.problems_of)
