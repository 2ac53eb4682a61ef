from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "motcua.people.citizens"
    label = "citizens"
    verbose_name = "Citizens and businesses"
