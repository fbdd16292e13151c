"""Settings of the site. What differs between places comes from the environment; docs/guide/serving.md lists it."""

import os
from pathlib import Path
from typing import Any

import dj_database_url

from luodi.documents.frame import HOW, STYLES
from luodi.documents.frame import TEMPLATES as PLAN_TEMPLATES
from luodi.environment import mail_settings, number, sign_on_settings
from luodi.home import home, secret_key
from luodi.mail import spool
from luodi.mail.addressing import domain_of
from luodi.services.register import service_of
from luodi.uploads.sealing import keys_of
from luodi.web.files.scanner import address_of

HERE = Path(__file__).parent
HOME = home()

# ---- where it runs

PRODUCTION = os.environ.get("LUODI_PRODUCTION") == "1"
DEBUG = False
SECRET_KEY = secret_key()
_HOSTS = [host for host in os.environ.get("LUODI_HOSTS", "").split(",") if host]
ALLOWED_HOSTS = _HOSTS or ([] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"])
ORIGIN = os.environ.get("LUODI_ORIGIN", "")  # such as https://landing.example.cn
#: Where links in letters lead: in a trial to where `luodi serve` listens.
LINKS_TO = ORIGIN or os.environ.get("LUODI_SERVED_AT", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [ORIGIN] if ORIGIN else []
DEMO = os.environ.get("LUODI_DEMO") == "1"  # `luodi serve` says so where the site holds the world of the demo
#: Whom to tell of a hole in the site, as a mailto: or https: address; in /.well-known/security.txt.
SECURITY_CONTACT = os.environ.get("LUODI_SECURITY_CONTACT", "")

#: Who runs the site and how to reach them, as its pages say; what is not set, they say is not said.
OPERATOR = {
    "name": {"zh": os.environ.get("LUODI_OPERATOR_ZH", ""), "en": os.environ.get("LUODI_OPERATOR_EN", "")},
    "email": os.environ.get("LUODI_CONTACT_EMAIL", ""),
    "phone": os.environ.get("LUODI_CONTACT_PHONE", ""),
    "address": {
        "zh": os.environ.get("LUODI_CONTACT_ADDRESS_ZH", ""),
        "en": os.environ.get("LUODI_CONTACT_ADDRESS_EN", ""),
    },
}

# ---- what it keeps

_ADDRESS = os.environ.get("LUODI_DATABASE_URL", "")
#: One file that survives a kill: committed means on the disk, and writers queue instead of failing.
_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": HOME / "luodi.sqlite3",
    "CONN_MAX_AGE": 60,  # opening it anew would be the larger part of a short request
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;",
    },
}
DATABASES = {
    "default": dj_database_url.parse(_ADDRESS, conn_max_age=600, conn_health_checks=True) if _ADDRESS else _SQLITE
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "luodi.web.postgresql"
if _ADDRESS and os.environ.get("LUODI_DATABASE_POOLED") != "1":
    #: A question that a connection has asked before is not planned again: half of what PostgreSQL had to do for a page.
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        "server_side_binding": True,
        "prepare_threshold": 2,
    }
CACHES: dict[str, dict[str, object]] = {
    #: Shared by all processes, since it counts the attempts to guess a password.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    #: See `core.page_cache`: about 70 kB each.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 600},
    },
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = HOME / "files"
FILE_LIMIT = number("LUODI_FILE_MEGABYTES", 20) * 1_000_000  # bytes of one file, and of all files of a form together
FILE_KEYS = keys_of(os.environ)  # the first seals, each opens; without any, files lie as they came
SCANNER = address_of(os.environ.get("LUODI_SCANNER", ""))  # clamd, which looks for viruses
REGISTER_SERVICE = service_of(os.environ)  # a register of companies over HTTP, in place of the file
REGISTER_FILE = Path(os.environ.get("LUODI_REGISTER_FILE") or HOME / "register.yaml")
DEMO_REGISTER = HERE / "demo" / "register.yaml"  # that of a demo without another one
STATIC_ROOT = HOME / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [("luodi", STYLES)]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# ---- apps: an app is a folder and one line here

LUODI_APPS = [
    "site",
    "accounts",
    "journal",
    "core",
    "timeline",
    "files",
    "imports",
    "companies",
    "advisor",
    "library",
    "notices",
    "books",
    "cases",
    "dealings",
    "obstacles",
    "mail",
    "leads",
    "docking",
    "events",
    "scorecard",
    "workbench",
    "search",
    "api",
    "mcp",
    "demo",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    *(f"luodi.web.{app}" for app in LUODI_APPS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "luodi.web.core.context.numbered",
    "luodi.web.books.middleware.pin_books",
    "luodi.web.site.safety.headers",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "luodi.web.core.language.choose",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "luodi.web.accounts.limits.anonymous_posts",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "luodi.web.accounts.sessions.watched",
    "luodi.web.accounts.reauthentication.Reauthentication",
    "luodi.web.core.guards.ErrorPages",
]
ROOT_URLCONF = "luodi.web.urls"
WSGI_APPLICATION = "luodi.web.wsgi.application"
APPEND_SLASH = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates", *(HERE / app / "templates" for app in LUODI_APPS), PLAN_TEMPLATES],
        "OPTIONS": {
            **HOW,
            "environment": "luodi.web.core.pages.environment",
            "context_processors": ["luodi.web.site.frame.frame", "django.contrib.messages.context_processors.messages"],
        },
    }
]

# ---- who it speaks to

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]

# ---- who signs in, and how

AUTHENTICATION_BACKENDS = ["luodi.web.accounts.authentication.Backend"]
SESSION_ENGINE = "luodi.web.accounts.authentication"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
ACCOUNT_ADAPTER = "luodi.web.accounts.adapters.Accounts"
ACCOUNT_TEMPLATE_EXTENSION = "html.j2"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
#: Guessing: a person is let try 5 times in 15 minutes, an address on the network 20 times in an hour.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/h/ip,5/15m/key", "login": "60/m/ip", "reset_password": "20/h/ip,5/h/key"}
MFA_ADAPTER = "luodi.web.accounts.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True  # and kept as hashes: see `accounts.recovery`
MFA_TOTP_ISSUER = "Luodi"
#: Whoever looks after other people's accounts must have one, once the public may come.
ADMINISTRATORS_NEED_A_SECOND_FACTOR = PRODUCTION
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
MFA_RATE_LIMITS = {"mfa_failed": "5/15m/key", "mfa_login": "60/m/ip"}
SOCIALACCOUNT_ADAPTER = "luodi.web.accounts.adapters.SignOn"
SOCIALACCOUNT_PROVIDERS = sign_on_settings(os.environ)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_LOGIN_ON_GET = False
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("LUODI_BEHIND_PROXY") == "1" else 0
SESSION_COOKIE_AGE = 12 * 3600
EMAIL_BACKEND, _MAIL = mail_settings(os.environ.get("LUODI_MAIL", ""), HOME / "mail")
globals().update(_MAIL)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("LUODI_MAIL_FROM", "luodi@localhost")
#: Mail of cases: the domain of their addresses, and the folder of what is on its way.
MAIL_DOMAIN = domain_of(os.environ.get("LUODI_MAIL_DOMAIN", ""))
MAIL_SPOOL = HOME / spool.FOLDER

# ---- safety

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "luodi.web.accounts.passwords.NotEndless"},
    {"NAME": "luodi.web.accounts.passwords.NotGuessed"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "luodi.web.site.views.forged"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
BEHIND_PROXY = os.environ.get("LUODI_BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = [
    "luodi.web.files.upload_handlers.LimitedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_PERMISSIONS = 0o600
ANONYMOUS_POSTS = number("LUODI_ANONYMOUS_POSTS", 60)  # a minute and network address
ANONYMOUS_LETTERS = number("LUODI_ANONYMOUS_LETTERS", 30)  # an hour and network address
ENQUIRY_UNIT = number("LUODI_ENQUIRY_UNIT", 0)  # id of the unit that receives enquiries; else the root
OWN_LIMITS = ("/api/", "/mcp")  # endpoints for programs, which count by key
API_PER_MINUTE = number("LUODI_API_PER_MINUTE", 240)  # what one address may ask without a key

# ---- what it says of itself: requests and faults, never what a person wrote

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"errors": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["errors"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "WARNING"}},
}
