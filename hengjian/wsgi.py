"""The WSGI application. Refuses to start when a route has no policy or a promise cannot be kept."""

import os

from django.core.checks import Tags, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengjian.settings")
application = get_wsgi_application()

faults = [fault for fault in run_checks(tags=[Tags.security]) if fault.level >= 40]
if faults:
    raise ImproperlyConfigured("; ".join(f"{fault.id} {fault.msg}" for fault in faults))
