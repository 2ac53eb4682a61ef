from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "motcua.people.officers"
    label = "officers"
    verbose_name = "Officers"
