"""Settings, all of them, read from the environment (`.env.example` lists every variable).

Nothing here has a secret default: without SECRET_KEY and FIELD_ENCRYPTION_SALT the process refuses to start.
"""

from datetime import timedelta
from pathlib import Path

import dj_database_url
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy

from supplybrain import env
from supplybrain.logs import build_logging
from supplybrain.navigation import build_sidebar
from supplybrain.version import RELEASE, find_code_version

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_dotenv(BASE_DIR / ".env")

# --- Process ---------------------------------------------------------------------------------------------------------
DEBUG = env.read_bool("DEBUG", default=False)
CODE_VERSION = env.read_str("CODE_VERSION", default="") or find_code_version(BASE_DIR)
SECRET_KEY = env.read_str("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.read_list("SECRET_KEY_FALLBACKS", default=[])
# Vendor tokens are encrypted with a key derived from SECRET_KEY and this salt; fallbacks keep old ones readable.
SALT_KEY = [env.read_str("FIELD_ENCRYPTION_SALT"), *env.read_list("FIELD_ENCRYPTION_SALT_FALLBACKS", default=[])]
ALLOWED_HOSTS = env.read_list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BEHIND_PROXY = env.read_bool("BEHIND_PROXY", default=False)  # exactly one reverse proxy that sets X-Forwarded-*
CSRF_TRUSTED_ORIGINS = env.read_list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "supplybrain.urls"
WSGI_APPLICATION = "supplybrain.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "supplybrain",  # before unfold: overrides its templates
    "unfold",  # before django.contrib.admin, likewise
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_structlog",
    "planning_core",
    "integrations",
    "monitoring",
]

MIDDLEWARE = [
    "supplybrain.middleware.answer_probes_first",
    "supplybrain.middleware.answer_scrapes_first",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "supplybrain.middleware.speak_users_language",  # after the user is known
    "supplybrain.audit.middleware.act_as_user",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "supplybrain.request_metrics.RequestMetricsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Stores ----------------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(env.read_str("DATABASE_URL"), conn_max_age=60, conn_health_checks=True),
}
if DATABASES["default"].get("ENGINE") != "django.db.backends.postgresql":
    raise env.EnvironmentVariableError("DATABASE_URL must be a postgresql:// URL: other databases are not supported.")

# Behind PgBouncer in transaction mode every transaction may run on another server connection: a server-side cursor
# would outlive its transaction (prepared statements too, but Django leaves them off unless OPTIONS asks for them).
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = (
    env.read_choice("DATABASE_POOLER", ("none", "transaction"), default="none") == "transaction"
)

REDIS_URL = env.read_str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "supplybrain",
    }
}

# --- Celery ----------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True  # results are rows in PostgreSQL; nobody reads a result backend
CELERY_TASK_ACKS_LATE = True  # every task is idempotent: a message lost with its worker is delivered again
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 15 * 60
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # Redis may be away for as long as it likes
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 30 * 60, "socket_keepalive": True}
CELERY_BEAT_SCHEDULER = "supplybrain.scheduler:SteadyDatabaseScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
# No CELERY_BEAT_SCHEDULE: every beat would write it at its start, over the deployment's sync_beat_schedule. And no
# results that expire: every beat would add its own task to clean them up.
CELERY_RESULT_EXPIRES = None
CELERY_TIMEZONE = "UTC"
DJANGO_STRUCTLOG_CELERY_ENABLED = True
WORKER_METRICS_HOST = env.read_str("WEB_HOST", default="127.0.0.1")
WORKER_METRICS_PORT = env.read_int("WORKER_METRICS_PORT", 0, minimum=0, maximum=65535)  # 0: not served

# --- Time and language -----------------------------------------------------------------------------------------------
TIME_ZONE = "UTC"
USE_TZ = True
BUSINESS_TIME_ZONE = env.read_str("BUSINESS_TIME_ZONE", default="Europe/Moscow")  # where a business day begins
LANGUAGE_CODE = env.read_choice("LANGUAGE_CODE", ("ru", "en"), default="en")
LANGUAGES = [("ru", "Русский"), ("en", "English")]
USE_I18N = True
FORMAT_MODULE_PATH = ["supplybrain.formats"]
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- Monitoring ------------------------------------------------------------------------------------------------------
MONITORING_SCHEDULER_ENABLED = env.read_bool("MONITORING_SCHEDULER_ENABLED", default=True)
# Seconds exist for tests of many slots in a short time; people set minutes.
MONITORING_INTERVAL_MINUTES = env.read_int("MONITORING_INTERVAL_MINUTES", 15, minimum=1, maximum=1440)
MONITORING_INTERVAL_SECONDS = env.read_int("MONITORING_INTERVAL_SECONDS", MONITORING_INTERVAL_MINUTES * 60, minimum=1)
MONITORING_WATCHDOG_SECONDS = env.read_int("MONITORING_WATCHDOG_SECONDS", 30, minimum=0, maximum=3600)  # 0: off
MONITORING_HEARTBEAT_URL = env.read_str("MONITORING_HEARTBEAT_URL", default="")
MONITORING_STATEMENT_TIMEOUT_SECONDS = env.read_int("MONITORING_STATEMENT_TIMEOUT_SECONDS", 120, minimum=1)
MONITORING_LOCK_TIMEOUT_SECONDS = env.read_int("MONITORING_LOCK_TIMEOUT_SECONDS", 10, minimum=1)
MONITORING_IDLE_TIMEOUT_SECONDS = env.read_int("MONITORING_IDLE_TIMEOUT_SECONDS", 60, minimum=1)
SOURCE_MAX_AGE_HOURS = env.read_int("SOURCE_MAX_AGE_HOURS", 72, minimum=1, maximum=8760)
ALERT_REMINDER_HOURS_CRITICAL = env.read_int("ALERT_REMINDER_HOURS_CRITICAL", 4, minimum=0, maximum=8760)
ALERT_REMINDER_HOURS_WARNING = env.read_int("ALERT_REMINDER_HOURS_WARNING", 24, minimum=0, maximum=8760)
FACTS_DAILY_AFTER_DAYS = env.read_int("FACTS_DAILY_AFTER_DAYS", 0, minimum=0, maximum=36_500)
RUNS_KEEP_DAYS = env.read_int("RUNS_KEEP_DAYS", 90, minimum=0, maximum=36_500)

# --- Notifications ---------------------------------------------------------------------------------------------------
NOTIFICATION_FIRST_RETRY_SECONDS = env.read_int("NOTIFICATION_FIRST_RETRY_SECONDS", 10, minimum=1, maximum=3600)
NOTIFICATION_GIVE_UP_HOURS = env.read_int("NOTIFICATION_GIVE_UP_HOURS", 24, minimum=1, maximum=8760)
NOTIFICATION_LEASE_SECONDS = env.read_int("NOTIFICATION_LEASE_SECONDS", 120, minimum=1, maximum=3600)
NOTIFICATIONS_KEEP_DAYS = env.read_int("NOTIFICATIONS_KEEP_DAYS", 365, minimum=0, maximum=36_500)

# --- Messages --------------------------------------------------------------------------------------------------------
PUBLIC_URL = env.read_str("PUBLIC_URL", default="")  # where people find the admin; links in messages begin with it
NOTIFICATION_TIMEOUT_SECONDS = env.read_int("NOTIFICATION_TIMEOUT_SECONDS", 15, minimum=1, maximum=45)
TELEGRAM_API_URL = env.read_str("TELEGRAM_API_URL", default="https://api.telegram.org")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.read_str("EMAIL_HOST", default="")
EMAIL_SECURITY = env.read_choice("EMAIL_SECURITY", ("none", "starttls", "tls"), default="starttls")
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "tls"  # Django's names of the two
EMAIL_PORT = env.read_int("EMAIL_PORT", {"none": 25, "starttls": 587, "tls": 465}[EMAIL_SECURITY], minimum=1)
EMAIL_HOST_USER = env.read_str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.read_str("EMAIL_HOST_PASSWORD", default="")
DEFAULT_FROM_EMAIL = env.read_str("EMAIL_FROM", default="Supply Brain <supplybrain@localhost>")

# --- Authentication and API ------------------------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["supplybrain.login.UserBackend"]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")  # for who opens the login page itself
KNOX_TOKEN_MODEL = "supplybrain.ApiToken"  # noqa: S105  (a model, no secret)
MIGRATION_MODULES = {"knox": None}  # its only table is replaced by ours
REST_KNOX = {
    "TOKEN_TTL": timedelta(days=env.read_int("API_TOKEN_DAYS", 90, minimum=1)),
    "AUTO_REFRESH": False,
    "AUTH_HEADER_PREFIX": "Token",
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # first: its WWW-Authenticate header makes a missing login a 401
        "supplybrain.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["supplybrain.api.permissions.HasModelPermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["supplybrain.api.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "supplybrain.api.pagination.PageNumberPagination",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "supplybrain.api.filters.SearchFilter",
        "supplybrain.api.filters.OrderingFilter",
    ],
    "DEFAULT_SCHEMA_CLASS": "supplybrain.api.schema.ProblemAutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "supplybrain.api.throttling.AnonRateThrottle",
        "supplybrain.api.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.read_str("THROTTLE_ANON", default="60/min"),
        "user": env.read_str("THROTTLE_USER", default="1200/min"),
        "login": env.read_str("THROTTLE_LOGIN", default="10/min"),
    },
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,  # whose word about the caller's address is believed
    "EXCEPTION_HANDLER": "supplybrain.api.problems.handle_exception",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Supply Brain",
    "DESCRIPTION": "What is about to run out, what to order, and why.",
    "VERSION": RELEASE,
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,  # write-only fields (vendor tokens) never show up in an answer's schema
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "WarehouseType": "planning_core.models.WarehouseType",
        "SupplyStage": "planning_core.models.SupplyStage",
        "MetricName": "monitoring.domain.metrics.METRIC_NAMES",
        "ContributorState": "monitoring.api.serializers.explanations.STATES",
        "ChangeCause": "monitoring.domain.causes.CAUSES",
        "AlertKind": "monitoring.models.AlertKind",
        "AlertState": "monitoring.models.StateChoice",
        "AlertHealth": "monitoring.models.HealthChoice",
        "AlertReading": "monitoring.models.ReadingChoice",
        "AlertSeverity": "monitoring.models.Severity",
        "TransitionCause": "monitoring.models.TransitionCause",
        "TransitionReason": "monitoring.models.ReasonChoice",
        "EpisodeState": "monitoring.api.serializers.episodes.EPISODE_STANDINGS",
        "EpisodeEnd": "monitoring.api.serializers.episodes.EPISODE_ENDS",
        "MessageKind": "monitoring.models.KindChoice",
        "ChannelKind": "monitoring.models.ChannelKind",
        "NotificationState": "monitoring.models.NotificationState",
        "WithholdingReason": "monitoring.models.WithholdingReason",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
}

# --- Static files and security ---------------------------------------------------------------------------------------
STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Either straight from the installed packages (make run: nothing to collect), or what collectstatic put into the image.
WHITENOISE_USE_FINDERS = env.read_bool("WHITENOISE_USE_FINDERS", default=DEBUG)
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else BASE_DIR / "staticfiles"
HTTPS_ONLY = env.read_bool("HTTPS_ONLY", default=True)  # make run serves plain HTTP on loopback and says false
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
X_FRAME_OPTIONS = "DENY"

# --- Logs ------------------------------------------------------------------------------------------------------------
LOGGING = build_logging(
    json_lines=env.read_choice("LOG_FORMAT", ("json", "console"), default="json") == "json",
    level=env.read_choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), default="INFO"),
)

# --- Admin -----------------------------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Supply Brain",
    "SITE_HEADER": "Supply Brain",
    "SITE_SUBHEADER": gettext_lazy("What to order, and why"),
    "SITE_SYMBOL": "inventory_2",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_URL": None,  # there is no other site to return to
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _request: static("supplybrain/favicon.svg")}
    ],
    "STYLES": [lambda _request: static("supplybrain/admin.css")],
    "SCRIPTS": [lambda _request: static("supplybrain/admin.js")],
    "DASHBOARD_CALLBACK": "monitoring.admin.dashboard.add_dashboard",
    "LOGIN": {"form": "supplybrain.login.ThrottledAuthenticationForm"},
    "SIDEBAR": {"show_search": True, "navigation": build_sidebar()},
}
