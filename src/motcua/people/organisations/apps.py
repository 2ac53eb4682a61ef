from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "motcua.people.organisations"
    label = "organisations"
    verbose_name = "Organisations"
