"""Settings, all from the environment; docs/settings.md lists each of them."""

import os
from datetime import timedelta
from pathlib import Path

import dj_database_url
from cryptography.fernet import Fernet
from environs import Env

from sellerportal.local.addresses import QUEUE, queue_connection

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent

# demo: invented shops, loopback only, movable clock. production: everything else.
# test: the test suite.
PORTAL_MODE = env.str("PORTAL_MODE", "demo")
PORTAL_VAR = Path(env.str("PORTAL_VAR", str(BASE_DIR / "var")))
PORTAL_KEYSTORE = Path(env.str("PORTAL_KEYSTORE", str(PORTAL_VAR / "keystore")))
PORTAL_CLOCK = env.str("PORTAL_CLOCK", "")
DEMO = PORTAL_MODE == "demo"
# Whether everybody who is signed in may open shops; else the operator opens them.
PORTAL_OPEN_SHOPS = env.bool("PORTAL_OPEN_SHOPS", True)

# The dead man's switch that is pinged after each good sweep; empty: none.
PORTAL_PING_URL = env.str("PORTAL_PING_URL", "")
# Whether requests start a round of watching where no watch process lives.
PORTAL_WATCH_IN_WEB = env.bool("PORTAL_WATCH_IN_WEB", PORTAL_MODE != "test")

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
PORTAL_ADDRESS = env.str("PORTAL_ADDRESS", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    # Registers nothing by itself: sellerportal.staff.site names what staff see.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "encrypted_model_fields",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django_htmx",
    "vault",
    "sellers",
    "compliance",
    "inventory",
    "orders",
    "marketplaces",
    "sellerportal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sellerportal.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "sellers.entrance.EntranceMiddleware",
    "compliance.middleware.FirstSignOfLifeMiddleware",
    "sellerportal.watching.middleware.WatchMiddleware",
    "sellers.middleware.SellerScopeMiddleware",
    "sellerportal.staff.middleware.StaffScopeMiddleware",
]

ROOT_URLCONF = "sellerportal.urls"
WSGI_APPLICATION = "sellerportal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sellerportal.context.portal",
                "sellerportal.staff.context.staff",
            ],
            "builtins": ["sellerportal.templatetags.portal"],
        },
    },
]

# default: sp_app, which row-level security binds. owner: sp_owner, migrations only.
# staff: sp_staff, which has no grant on any table with a buyer.
_POOL = {"min_size": 1, "max_size": 8, "timeout": 10}
_DATABASE_URL = env.str("DATABASE_URL", "postgresql://sp_app@localhost/portal")
_OWNER_URL = env.str("DATABASE_OWNER_URL", _DATABASE_URL)
_STAFF_URL = env.str("DATABASE_STAFF_URL", "postgresql://sp_staff@localhost/portal")
_OPTIONS = {"application_name": "seller-portal", "options": "-c timezone=UTC"}
DATABASES = {
    "default": {
        **dj_database_url.parse(_DATABASE_URL),
        "OPTIONS": {
            **_OPTIONS,
            "server_side_binding": True,
            **({"pool": _POOL} if env.bool("DATABASE_POOL", True) else {}),
        },
    },
    "owner": {
        **dj_database_url.parse(_OWNER_URL),
        "OPTIONS": _OPTIONS,
        "TEST": {"MIRROR": "default"},
    },
    "staff": {
        **dj_database_url.parse(_STAFF_URL),
        "OPTIONS": {**_OPTIONS, "server_side_binding": True},
        "TEST": {"MIRROR": "default"},
    },
}
DATABASE_ROUTERS = [
    "sellerportal.routers.OwnerMigratesRouter",
    "sellerportal.routers.StaffRouter",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The package wants a key at import. No value of ours is sealed with it: a system
# check refuses its plain fields, so a key that lives as long as the process will do.
FIELD_ENCRYPTION_KEY = Fernet.generate_key()

AUTH_USER_MODEL = "sellers.Person"
AUTHENTICATION_BACKENDS = [
    # First: while a lock is on, nobody looks at the password.
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_AUTO_PREFETCH = False
GUARDIAN_MONKEY_PATCH_USER = False
_SLOW_HASHER = "django.contrib.auth.hashers.Argon2PasswordHasher"
_FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"
PASSWORD_HASHERS = [_FAST_HASHER if PORTAL_MODE == "test" else _SLOW_HASHER]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "sellers.password_rules.LongEnough"},
    {"NAME": "sellers.password_rules.FourClasses"},
    {"NAME": "sellers.password_rules.NoPartOfName"},
    {"NAME": "sellers.password_rules.NotOnTheList"},
    {"NAME": "sellers.password_rules.NotUsedBefore"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "sellers.adapter.PortalAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "signed_out"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "change_password": "sellers.sign_in_forms.NewPasswordForm",
    "reset_password": "sellers.sign_in_forms.ResetForm",
    "reset_password_from_key": "sellers.sign_in_forms.NewPasswordByMailForm",
}
# Failures are counted by axes; here only floods are slowed down.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
MFA_ADAPTER = "sellers.adapter.PortalMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Seller Portal"
# RFC 6238, 5.2: one step to either side; each step works once all the same.
MFA_TOTP_TOLERANCE = 1

AXES_HANDLER = "sellers.lock_handler.LockHandler"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=30)
# Either of them: failures of one name from anywhere, failures from one address.
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_USERNAME_CALLABLE = "sellers.lock_handler.typed_name"
AXES_CLIENT_IP_CALLABLE = "sellers.lock_handler.client_address"
AXES_LOCKOUT_CALLABLE = "sellers.views.sign_in.locked"
AXES_RESET_ON_SUCCESS = True
# Tries during the wait do not lengthen it: nobody is kept out by a stranger for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False

# What processes must know of each other at sign-in, in a table that they share.
_SHARED_CACHE = {
    "BACKEND": "django.core.cache.backends.db.DatabaseCache",
    "LOCATION": "portal_cache",
}
_OWN_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {"default": _OWN_CACHE if PORTAL_MODE == "test" else _SHARED_CACHE}

# Behind one proxy of ours the visitor's address is the one that it adds.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("PORTAL_PROXY", False) else 0

# Files are sealed piece by piece as they arrive, at the one address that takes any.
FILE_UPLOAD_HANDLERS = [
    "compliance.upload_handler.CertificateUploadHandler",
    "marketplaces.upload_handler.SealedUploadHandler",
]

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
_TLS = env.bool("PORTAL_TLS", PORTAL_MODE == "production")
SESSION_COOKIE_SECURE = _TLS
CSRF_COOKIE_SECURE = _TLS
SECURE_SSL_REDIRECT = _TLS
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _TLS
SECURE_HSTS_PRELOAD = _TLS
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("PORTAL_PROXY", False) else None
)
# "no-referrer" makes browsers send "Origin: null" with forms, and CSRF then refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = PORTAL_VAR / "static"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": _PLAIN if PORTAL_MODE == "test" else _HASHED},
}
WHITENOISE_USE_FINDERS = PORTAL_MODE == "test"
WHITENOISE_MAX_AGE = 31_536_000

EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
# Seconds: a mail server that hangs keeps nobody for longer.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@localhost")

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", "memory://")
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {
        "conn_string": queue_connection(CELERY_BROKER_URL),
        "init_extension": False,
        "use_notify": True,
        "visibility_timeout": 900,
        "wait_time_seconds": 0,
        "pool_size": 4,
    }
    if CELERY_BROKER_URL.startswith("pgmq")
    else {}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = QUEUE
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_POOL = "sellerportal.pool:TaskPool"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "filters": {"requests": {"()": "sellerportal.logs.RequestLines"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["requests"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.db.backends": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "granian": {"level": "WARNING"},
    },
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sellerportal.settings")
