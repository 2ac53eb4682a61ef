from django.apps import AppConfig


class KernelTextConfig(AppConfig):
    name = "motcua.kernel.text"
    label = "kernel_text"
    verbose_name = "Text"
