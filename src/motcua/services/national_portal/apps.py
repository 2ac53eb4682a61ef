from django.apps import AppConfig


class NationalPortalConfig(AppConfig):
    name = "motcua.services.national_portal"
    label = "national_portal"
    verbose_name = "National portal"

    def ready(self) -> None:
        """Have the worker tell the portal, and put the pages into the menu."""
        from motcua.kernel.events import access_log
        from motcua.kernel.jobs.worker import register_loop
        from motcua.services.national_portal import sending
        from motcua.services.national_portal.pages import menus

        register_loop("national_portal", sending.send_waiting)
        access_log.purposes[sending.PURPOSE] = sending.PURPOSE_IN_WORDS
        menus.register()
