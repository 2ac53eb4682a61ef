from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "motcua.people.accounts"
    label = "accounts"
    verbose_name = "Accounts"
