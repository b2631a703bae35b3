"""Settings of Hengjian, all of them from a few environment variables (see deploy/README.md)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("HENGJIAN_VAR", BASE_DIR / "var")).resolve()
ENV = os.environ.get("HENGJIAN_ENV", "dev")  # dev | test | prod
MODE = os.environ.get("HENGJIAN_MODE", "embedded")  # embedded | production
DEMO = os.environ.get("HENGJIAN_DEMO", "") == "1" or (VAR_DIR / "demo").exists()
DEBUG = False
for folder in (VAR_DIR, VAR_DIR / "keys", VAR_DIR / "evidence"):
    folder.mkdir(parents=True, exist_ok=True)

KEY_DIR = VAR_DIR / "keys"
LEDGER_KEY_FILE = KEY_DIR / "ledger.key"
LEDGER_ORIGIN = os.environ.get("HENGJIAN_ORIGIN", "hengjian/local")
# Verifier keys of other deployments, or of an origin that this one once had, whose checkpoints are trusted.
LEDGER_VERIFIERS = [key for key in os.environ.get("HENGJIAN_LEDGER_VERIFIERS", "").replace(",", " ").split() if key]
EVIDENCE_DIR = VAR_DIR / "evidence"
BACKUP_DIR = Path(os.environ.get("HENGJIAN_BACKUP_DIR", "/var/backups/hengjian" if ENV == "prod" else VAR_DIR / "backups"))
# Where it is remembered, outside of the database, how far the ledger had come. Best on another machine's disk.
WITNESS_DIRS = [Path(p) for p in os.environ.get("HENGJIAN_WITNESS_DIR", str(VAR_DIR / "witness")).split(os.pathsep) if p]
FONT_DIR = Path(os.environ.get("HENGJIAN_FONTS", VAR_DIR / "fonts"))
PACK_DIRS = [Path(p) for p in os.environ.get("HENGJIAN_PACKS", "").split(os.pathsep) if p]


def _number(name: str, default: int) -> int:
    given = os.environ.get(name, "")
    if given and not given.isdigit():
        raise RuntimeError(f"{name} 应是整数，现在是“{given}”")
    return int(given or default)


def _secret_key() -> str:
    given = os.environ.get("HENGJIAN_SECRET_KEY")
    if given:
        return given
    kept = KEY_DIR / "django.key"
    if not kept.exists():
        if ENV == "prod":
            raise RuntimeError("没有设 HENGJIAN_SECRET_KEY，也没有密钥文件（HENGJIAN_ENV=prod 时必须有）")
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return kept.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("HENGJIAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
# Addresses of reverse proxies in front of us: from them alone we believe for whom they speak.
PROXIES = [p for p in os.environ.get("HENGJIAN_PROXIES", "127.0.0.1,::1" if ENV == "prod" else "").split(",") if p]
# Serve although the database may lose acknowledged commits: for trials on a throw-away server.
WEAK_DATABASE = os.environ.get("HENGJIAN_WEAK_DATABASE", "") == "1"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("HENGJIAN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "hengjian.base",
    "hengjian.parties",
    "hengjian.dossier",
    "hengjian.forms",
    "hengjian.registry",
    "hengjian.rectification",
    "hengjian.enforcement",
    "hengjian.supervision",
    "hengjian.campaigns",
    "hengjian.web",
]

MIDDLEWARE = [
    "hengjian.web.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hengjian.web.middleware.SteadySessionMiddleware",
    "hengjian.web.middleware.LanguageMiddleware",
    "hengjian.web.middleware.TextMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hengjian.parties.middleware.ActorMiddleware",
    "hengjian.web.middleware.ProblemMiddleware",
    "hengjian.base.receipts.ReceiptMiddleware",
]

ROOT_URLCONF = "hengjian.urls"
WSGI_APPLICATION = "hengjian.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "hengjian" / "web" / "templates"],  # before those of allauth
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hengjian.web.context.shell",
            ],
        },
    }
]


# So long a command waits for its turn to write, then it is refused with 503 and may be sent again.
LOCK_SECONDS = 20


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "hengjian.base.backends.sqlite3",
            "NAME": VAR_DIR / "hengjian.sqlite3",
            "MAY_MAKE_FILE": ENV == "test",  # otherwise setting up alone makes one
            "CONN_MAX_AGE": None,
            "OPTIONS": {"timeout": LOCK_SECONDS, "transaction_mode": "IMMEDIATE"},
            "TEST": {"NAME": None},
        }
    parts = urlsplit(url)
    found: dict[str, Any] = {
        "ENGINE": "hengjian.base.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        # A connection that died with its server is noticed when it is taken, and does not cost a command.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {} if ENV == "test" else {"options": f"-c lock_timeout={LOCK_SECONDS}s", "pool": {"min_size": 1, "max_size": 16, "timeout": 5}},
    }
    return found


DATABASES = {"default": _database(os.environ.get("HENGJIAN_DATABASE_URL", ""))}
# Who owns the tables of PostgreSQL: only migrate, backup and restore go by this address, never a server.
DATABASE_OWNER = _database(os.environ["HENGJIAN_DATABASE_OWNER_URL"]) if os.environ.get("HENGJIAN_DATABASE_OWNER_URL") else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if MODE == "production":
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "hengjian_cache"}}

AUTH_USER_MODEL = "parties.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "hengjian.parties.login.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
# Tries of passwords and codes are counted in the database (parties/guesses.py); these only break a flood of requests.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": None, "reauthenticate": "10/m/user"}
if ENV == "test":
    ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": None, "change_password": None}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_FORMS = {"change_password": "hengjian.parties.login.PasswordForm"}
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"authenticate": "hengjian.parties.login.CodeForm", "reauthenticate": "hengjian.parties.login.CodeAgainForm"}
MFA_TOTP_ISSUER = "Hengjian"
MFA_ADAPTER = "hengjian.parties.login.SecondFactorAdapter"
# Platform administrators sign in with a second factor.
REQUIRE_2FA = os.environ.get("HENGJIAN_REQUIRE_2FA", "1" if ENV == "prod" and not DEMO else "0") == "1"
# Under which address the public reaches the page that verifies documents; it is printed on them.
PUBLIC_URL = os.environ.get("HENGJIAN_PUBLIC_URL", "")

SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# What marks a browser that has signed in before: see parties/devices.py.
DEVICE_COOKIE_NAME = "device"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if ENV == "prod":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    # By its name a browser knows that the cookie came over HTTPS from this very host and no neighbour's.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, DEVICE_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken", "__Host-device"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31536000
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}
# The largest file that is taken in anywhere; base/uploads.py says and keeps it.
UPLOAD_MAX_MB = _number("HENGJIAN_UPLOAD_MB", 30)
# So many parsers of files run at once in each web process; three times as many uploads wait for one.
JAILS = _number("HENGJIAN_JAILS", 0) or max(1, (os.cpu_count() or 2) // 2)
DATA_UPLOAD_MAX_MEMORY_SIZE = UPLOAD_MAX_MB * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE  # rosters do not lie in /tmp
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20000

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "hengjian" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Path] = []
if ENV != "test":
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
    }
WHITENOISE_USE_FINDERS = True

EMAIL_HOST = os.environ.get("HENGJIAN_SMTP_HOST", "")
EMAIL_PORT = _number("HENGJIAN_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("HENGJIAN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("HENGJIAN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("HENGJIAN_SMTP_TLS", "") == "1"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("HENGJIAN_MAIL_FROM", "hengjian@localhost")
# Time stamp authority (RFC 3161) for signatures made with a unit's certificate; none: signed without a time stamp.
TIME_AUTHORITY_URL = os.environ.get("HENGJIAN_TIME_AUTHORITY_URL", "")
HIDE_SUPERIORS = os.environ.get("HENGJIAN_HIDE_SUPERIORS", "") == "1"

SERVER_LOG = os.environ.get("HENGJIAN_SERVER_LOG", "warning")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("HENGJIAN_LOG", "WARNING")},
}
