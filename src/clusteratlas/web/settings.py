"""Settings of Django. What can be set from outside is described in `clusteratlas.settings`."""

from __future__ import annotations

import os
from pathlib import Path

from clusteratlas.web.secret import secret_key

HERE = Path(__file__).parent
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]

DEBUG = os.environ.get("CLUSTERATLAS_DEBUG", "") == "1"
SECRET_KEY = secret_key()
ALLOWED_HOSTS = [
    h.strip() for h in os.environ.get("CLUSTERATLAS_HOSTS", "").split(",") if h.strip()
] or LOOPBACK

ROOT_URLCONF = "clusteratlas.web.urls"
WSGI_APPLICATION = "clusteratlas.web.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles", "django_htmx", "clusteratlas.web"]
DATABASES: dict[str, dict] = {}  # what is read comes from the release
MIDDLEWARE = [
    "clusteratlas.web.middleware.proxy.TrustedProxy",
    "clusteratlas.web.middleware.security.SecurityHeaders",
    "clusteratlas.web.middleware.sharing.OpenToAll",
    "clusteratlas.web.middleware.compression.Compression",
    "clusteratlas.web.static.StaticFiles",
    "django.middleware.common.CommonMiddleware",
    "clusteratlas.web.middleware.release.OpenRelease",
    "clusteratlas.web.middleware.caching.Validators",
    "clusteratlas.web.middleware.mistakes.ReadableMistakes",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "clusteratlas.web.context.site",
            ],
            "builtins": [
                "django.templatetags.static",
                "clusteratlas.web.templatetags.figures",
            ],
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder"]
STORAGES = {"staticfiles": {"BACKEND": "clusteratlas.web.static.HashedFiles"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"
APPEND_SLASH = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "clusteratlas.web.mistakes.unexpected"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "clusteratlas": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
# TLS is the business of the proxy in front; middleware of our own sends the headers; what is posted checks for
# forgery itself.
SILENCED_SYSTEM_CHECKS = [f"security.W00{number}" for number in (1, 2, 3, 4, 8)]
