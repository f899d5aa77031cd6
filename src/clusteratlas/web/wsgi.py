"""The site as a WSGI application: `clusteratlas.web.wsgi:application`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusteratlas.web.settings")

from django.core.wsgi import get_wsgi_application

from clusteratlas.web.atlas import holder
from clusteratlas.web.warm import warm_up

application = get_wsgi_application()
warm_up(application)
holder().on_change = lambda: warm_up(application)
