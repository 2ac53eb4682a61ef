"""Settings of the house. What an installation may choose comes from ``MOTCUA_`` variables (docs/operator)."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from motcua.site import configuration

HOME = configuration.home()
DEBUG = False
SECRET_KEY = configuration.secret("secret_key")
ALLOWED_HOSTS = configuration.listed("MOTCUA_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PORT = configuration.port()
PUBLIC_URL = configuration.listed("MOTCUA_PUBLIC_URL", default=[f"http://127.0.0.1:{PORT}"])[0].rstrip("/")
SECURE = PUBLIC_URL.startswith("https://")
STREAMS_URL = configuration.streams_url()
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = configuration.number("MOTCUA_PROXIES", default=0, most=5)
INSTALLATION_NAME = configuration.text("MOTCUA_NAME", default="Tỉnh Mẫu Sơn")
DEMONSTRATION = configuration.flag("MOTCUA_DEMO", default=False)
# Whether keys in files may sign, which proves nothing and says so: in a demonstration, or to try things out.
DEMONSTRATION_KEYS = configuration.flag("MOTCUA_DEMO_KEYS", default=DEMONSTRATION)
SIGNING_PROVIDERS = configuration.sections("MOTCUA_SIGNING", "signing.toml")
PAYMENT_GATEWAYS = configuration.sections("MOTCUA_PAYMENTS", "payments.toml")
IDENTITY_PROVIDERS = configuration.sections("MOTCUA_IDENTITY", "identity.toml")
MAILBOXES = configuration.sections("MOTCUA_MAILBOXES", "mailboxes.toml")
MESSAGE_CARRIERS = configuration.sections("MOTCUA_MESSAGING", "messaging.toml")
MAP_OUTLINES = Path(configuration.text("MOTCUA_MAP", default=str(HOME / "map.geojson")))
MAP_TILES = configuration.map_tiles()
NATIONAL_PORTAL = configuration.national_portal()
EXCHANGE = configuration.exchange()
EDITING = configuration.editing()
CONNECTORS = configuration.connectors()

INSTALLED_APPS = [
    "motcua.kernel.identifiers",
    "motcua.kernel.text",
    "motcua.kernel.time",
    "motcua.kernel.events",
    "motcua.kernel.blobs",
    "motcua.kernel.jobs",
    "motcua.kernel.web",
    "motcua.people.organisations",
    "motcua.people.accounts",
    "motcua.people.officers",
    "motcua.people.citizens",
    "motcua.engines.registers",
    "motcua.engines.rules",
    "motcua.engines.forms",
    "motcua.engines.process",
    "motcua.engines.rendering",
    "motcua.engines.scanning",
    "motcua.engines.signing",
    "motcua.engines.messaging",
    "motcua.engines.webhooks",
    "motcua.engines.editions",
    "motcua.engines.exchange",
    "motcua.engines.editing",
    "motcua.engines.connectors",
    "motcua.services.procedures",
    "motcua.services.payments",
    "motcua.services.correspondence",
    "motcua.services.tasks",
    "motcua.services.diary",
    "motcua.services.dossiers",
    "motcua.services.records",
    "motcua.services.batches",
    "motcua.services.ratings",
    "motcua.services.vault",
    "motcua.services.families",
    "motcua.services.petitions",
    "motcua.services.service_centre",
    "motcua.services.national_portal",
    "motcua.site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "motcua.kernel.web.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "motcua.kernel.web.plaintext.PlainTextMiddleware",
    "motcua.people.accounts.middleware.AccountMiddleware",
    "motcua.people.officers.middleware.DeskMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "motcua.kernel.web.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "motcua.site.urls"
WSGI_APPLICATION = "motcua.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "motcua.site.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "motcua.site.shell.shell",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASE_URL = configuration.database_url()
DATABASES = {"default": configuration.database_from_url(DATABASE_URL).as_django()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "motcua.people.accounts.sessions"  # the policy says how long a session lives
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "motcua_session"
CSRF_COOKIE_NAME = "motcua_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "motcua.site.pages.errors.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", *([configuration.origin(MAP_TILES)] if MAP_TILES else [])],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]  # the rooms' texts in one file (tools/messages.py)
LANGUAGE_COOKIE_NAME = "motcua_language"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# What the front end's build has named by its content never changes (motcua.site.assets).
WHITENOISE_IMMUTABLE_FILE_TEST = r"/site/build/((assets|icons)/)?[\w-]+-[0-9A-Z]{8}\.\w+$"
MEDIA_ROOT = HOME / "media"
BLOBS_ROOT = HOME / "blobs"
SPEECH_ROOT = HOME / "speech"
TEMPLATE_CODE = HOME / "template-code"
# Where the verification service of this machine listens (motcua verifier).
VERIFIER_SOCKET = HOME / "verifier.sock"
SCANS_AT_ONCE = configuration.number("MOTCUA_SCANS_AT_ONCE", default=1, least=1, most=64)
MAX_UPLOAD_BYTES = configuration.number("MOTCUA_MAX_UPLOAD_MB", default=500, least=1, most=10_000) * 1024 * 1024
# A folder with the XSD files of METS, PREMIS and EAD: they go into packages for the archive and check them.
ARCHIVE_SCHEMAS = configuration.text("MOTCUA_ARCHIVE_SCHEMAS", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_HANDLERS = ["motcua.kernel.blobs.uploads.BoundedUploadHandler"]
API_REQUESTS_PER_MINUTE = configuration.number("MOTCUA_API_REQUESTS_PER_MINUTE", default=6000, least=1)  # a token
WEBHOOKS_MAY_STAY_INSIDE = configuration.flag("MOTCUA_WEBHOOKS_INSIDE", default=False)
TIME_STAMP_AUTHORITIES = configuration.addresses("MOTCUA_TSA_URL")
SIGNATURE_LEVEL = configuration.signature_level(TIME_STAMP_AUTHORITIES)
# A verdict on the signatures of a file that came in is renewed after so many days.
VERDICT_DAYS = configuration.number("MOTCUA_VERDICT_DAYS", default=30, least=1, most=3650)
CLAMAV_ADDRESS = configuration.listed("MOTCUA_CLAMAV", default=[""])[0]

EMAIL_HOST = configuration.listed("MOTCUA_SMTP_HOST", default=[""])[0]
EMAIL_PORT = configuration.number("MOTCUA_SMTP_PORT", default=25)
EMAIL_HOST_USER = configuration.listed("MOTCUA_SMTP_USER", default=[""])[0]
EMAIL_HOST_PASSWORD = configuration.listed("MOTCUA_SMTP_PASSWORD", default=[""])[0]
EMAIL_USE_TLS = configuration.flag("MOTCUA_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = configuration.listed("MOTCUA_MAIL_FROM", default=["motcua@localhost"])[0]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "motcua.site.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "pikepdf": {"level": "WARNING"},  # it would greet whoever starts the house
        "httpx": {"level": "WARNING"},  # it would write addresses with what is secret in them
    },
}
