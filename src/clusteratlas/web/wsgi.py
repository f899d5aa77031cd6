"""The site as a WSGI application: `clusteratlas.web.wsgi:application`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusteratlas.web.settings")

from django.core.wsgi import get_wsgi_application  # noqa: E402 - the settings must be named first

from clusteratlas.web.warm import warm_up  # noqa: E402

application = get_wsgi_application()
warm_up(application)
