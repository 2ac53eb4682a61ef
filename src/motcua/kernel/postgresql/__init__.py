"""The database backend: Django's, without what each request need not pay. Named in settings as ``ENGINE``."""
