from django.apps import AppConfig


class RenderingConfig(AppConfig):
    name = "motcua.engines.rendering"
    label = "rendering"
    verbose_name = "Rendering"
