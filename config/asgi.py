"""The web server's door. ASGI, because drafts stream."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_asgi_application()

from kb.retrieval.ahead import go_on_searching  # noqa: E402  # needs the apps, which are there only now

go_on_searching()
