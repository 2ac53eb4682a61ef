from django.apps import AppConfig


class BlobsConfig(AppConfig):
    name = "motcua.kernel.blobs"
    label = "blobs"
    verbose_name = "Files"
