"""The site as a WSGI application: `clusteratlas.web.wsgi:application`."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusteratlas.web.settings")
# Polars' other engine adds up in the order in which threads come: a file fetched twice would differ in its last digits.
os.environ.setdefault("POLARS_ENGINE_AFFINITY", "in-memory")

from django.core.wsgi import get_wsgi_application

from clusteratlas.web.atlas import holder
from clusteratlas.web.warm import warm_up

application = get_wsgi_application()
warm_up(application)
holder().on_change = lambda: warm_up(application)
