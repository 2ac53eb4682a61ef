from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "motcua.site"
    label = "site"
    verbose_name = "Site"
