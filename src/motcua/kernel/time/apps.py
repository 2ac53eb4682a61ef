from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorktimeConfig(AppConfig):
    name = "motcua.kernel.time"
    label = "worktime"
    verbose_name = "Working time"

    def ready(self) -> None:
        from motcua.kernel.time import access
        from motcua.kernel.web import navigation

        for label, url_name, order in (
            (_("Working calendar"), "worktime:calendar", 300),
            (_("Working hours"), "worktime:hours", 310),
        ):
            navigation.register(
                navigation.NavItem(
                    area="administration",
                    label=label,
                    url_name=url_name,
                    order=order,
                    visible=access.may_edit_years,
                )
            )
