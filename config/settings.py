"""Every setting, read from the environment, with defaults that run the demo. Importing this starts nothing.

Each variable has a line in docs/operations.md; a test compares the two.
"""

import warnings
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from config import embedded
from config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent


env = Environment()

# The data folder: embedded servers, uploads, logs, generated secrets.
DATA = Path(env.str("CITEDESK_DATA", default="") or BASE_DIR / ".data").absolute()

DEBUG = env.switch("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or embedded.secret_key(DATA)
# Where `up` listens; another address than this machine's own belongs behind a proxy that ends TLS.
HOST = env.str("HOST", default="") or "127.0.0.1"
PORT = env.whole("PORT", default=8000, least=1, most=65535)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Behind a proxy that ends TLS: secure cookies, and its word for the scheme is taken.
BEHIND_TLS = env.switch("BEHIND_TLS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = env.whole("HSTS_SECONDS", default=0)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
# How many proxies stand in front; the visitor's address is taken from X-Forwarded-For only so far.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", default=0)

INSTALLED_APPS = [
    "config",
    "support",
    "kb",
    "llm",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "heroicons",
    "csp",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": ["heroicons.templatetags.heroicons"],
        },
    }
]

# PostgreSQL with pgvector: DATABASE_URL, or the embedded one.
DATABASE_URL = env.str("DATABASE_URL", default="")
_DATABASE: dict[str, Any] = env.db_url("DATABASE_URL") if DATABASE_URL else embedded.database(DATA)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **_DATABASE,
        # A pooled connection is tried before it is handed out: the server may have been restarted meanwhile.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **_DATABASE.get("OPTIONS", {}),  # such as ?sslmode=require
            # A pool for each process; a page waits this long (s) for a free connection, then fails.
            "pool": {
                "min_size": 0,
                "max_size": env.whole("DATABASE_POOL", default=8, least=1),
                "timeout": 10,
            },
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Valkey: REDIS_URL, or the embedded one. Broker, live events, rate limits.
REDIS_URL = env.address("REDIS_URL", ("redis", "rediss", "unix")) or embedded.redis_url(DATA)
CELERY_BROKER_URL = embedded.celery_url(REDIS_URL)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "documents"
CELERY_TASK_ROUTES = {
    "kb.tasks.ingest_in_bulk": {"queue": "bulk"},
    "kb.tasks.build_vector_index": {"queue": "bulk"},
    "kb.tasks.reembed": {"queue": "bulk"},
    "kb.tasks.compare_models": {"queue": "bulk"},
    "kb.tasks.reindex_words": {"queue": "bulk"},
    "kb.tasks.run_labelled": {"queue": "bulk"},
    "kb.tasks.find_duplicates": {"queue": "bulk"},
    "kb.tasks.*": {"queue": "documents"},
    "support.tasks.write_dry_run": {"queue": "bulk"},
    "support.tasks.*": {"queue": "drafts"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 5}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # what one worker cannot begin yet, another may
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "offer-forgotten-drafts": {
        "task": "support.tasks.offer_forgotten_drafts",
        "schedule": 2.0,
        "options": {"expires": 10},  # what piled up while no worker ran is not caught up with
    },
    "offer-forgotten-triage": {
        "task": "support.tasks.offer_forgotten_triage",
        "schedule": 2.0,
        "options": {"expires": 10},
    },
    "tell-stale-drafts": {
        "task": "support.tasks.tell_stale_drafts",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "offer-forgotten-dry-runs": {
        "task": "support.tasks.offer_forgotten_dry_runs",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "offer-forgotten-documents": {
        "task": "kb.tasks.offer_forgotten_documents",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "offer-forgotten-bulk-changes": {
        "task": "kb.tasks.offer_forgotten_bulk_changes",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "record-schedules": {
        "task": "kb.tasks.record_schedules",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "offer-forgotten-runs": {
        "task": "kb.tasks.offer_forgotten_runs",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "offer-forgotten-duplicate-searches": {
        "task": "kb.tasks.offer_forgotten_duplicate_searches",
        "schedule": 10.0,
        "options": {"expires": 20},
    },
    "reindex-words": {
        "task": "kb.tasks.reindex_words",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "offer-forgotten-models": {
        "task": "kb.tasks.offer_forgotten_models",
        "schedule": 5.0,
        "options": {"expires": 10},
    },
    "build-vector-index": {
        "task": "kb.tasks.build_vector_index",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}

AUTH_USER_MODEL = "support.Agent"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "inbox"
LOGOUT_REDIRECT_URL = "sign-in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# Sign-in is throttled by name and address together, so that nobody can lock a colleague out from afar.
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "support.inbox.forms.accounts.throttled_name"
AXES_LOCKOUT_TEMPLATE = "locked_out.html"
AXES_IPWARE_PROXY_COUNT = TRUSTED_PROXIES
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
TIME_ZONE = env.time_zone("TIME_ZONE")
USE_TZ = True

# Without a collected folder, static files come from where they lie; under ASGI, Django reads each whole file
# before it sends it. Both are meant, and not worth a warning at every start.
warnings.filterwarnings("ignore", "No directory at", UserWarning, "django.core.handlers.base")
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous", Warning)
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Uploads: never served by URL, only through a view that checks who asks.
MEDIA_ROOT = DATA / "uploads"
# As Tesseract names them ("deu+eng"); empty: all that are installed.
OCR_LANGUAGES = env.str("OCR_LANGUAGES", default="").strip()
UPLOAD_LIMIT = env.whole("UPLOAD_LIMIT_MB", default=25, least=1, most=10_000) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False  # htmx sends it as a header
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# The model gateway (llm/).
RUNAPI_KEY = env.str("RUNAPI_KEY", default="")
LLM_BASE_URL = env.str("LLM_BASE_URL", default="https://runapi.ai/v1")
LLM_MODEL = env.str("LLM_MODEL", default="glm-4.5")
# A model of its own for a feature; empty: LLM_MODEL. A row of llm.Variant beats both.
LLM_MODELS = {
    "rewrite": env.str("LLM_MODEL_REWRITE", default=""),
    "second_opinion": env.str("LLM_MODEL_SECOND_OPINION", default=""),
    "triage": env.str("LLM_MODEL_TRIAGE", default=""),
    "lighter": env.str("LLM_MODEL_LIGHTER", default=""),
}
# The longest answer, in tokens; a call can cost no more than its prompt and these.
LLM_MAX_TOKENS = env.whole("LLM_MAX_TOKENS", default=2048, least=1)
# What models take, prompt and answer together: {"my-model": 8192}; a table of ours knows glm-4.5.
LLM_CONTEXT_TOKENS: dict[str, int] = env.data("LLM_CONTEXT_TOKENS", default={})
# Calls a minute that the key allows, over all workers; 0: as many as there are.
LLM_REQUESTS_PER_MINUTE = env.whole("LLM_REQUESTS_PER_MINUTE", default=0)
# In USD; empty: no limit. A row of llm.Budget beats these.
LLM_BUDGETS = {
    "day": env.usd("LLM_BUDGET_DAY_USD"),
    "month": env.usd("LLM_BUDGET_MONTH_USD"),
}
LLM_EXTRA_BODY: dict[str, Any] = env.data("LLM_EXTRA_BODY", default={"thinking": {"type": "disabled"}})
# Of models that need another one than LLM_EXTRA_BODY: {"glm-4.5-air": {…}}.
LLM_EXTRA_BODIES: dict[str, dict[str, Any]] = env.data("LLM_EXTRA_BODIES", default={})
# Limits in seconds: to connect, to the first piece, between pieces, for the whole call.
LLM_CONNECT_TIMEOUT = env.number("LLM_CONNECT_TIMEOUT", default=5)
LLM_FIRST_PIECE_TIMEOUT = env.number("LLM_FIRST_PIECE_TIMEOUT", default=30)
LLM_PIECE_TIMEOUT = env.number("LLM_PIECE_TIMEOUT", default=15)
LLM_CALL_TIMEOUT = env.number("LLM_CALL_TIMEOUT", default=120)

# The embedder: local unless an OpenAI-compatible endpoint is named.
EMBEDDINGS_BASE_URL = env.str("EMBEDDINGS_BASE_URL", default="")
EMBEDDINGS_API_KEY = env.str("EMBEDDINGS_API_KEY", default="")
# Of endpoints whose models are still kept after the settings name another: {"https://…/v1": "key"}.
EMBEDDINGS_OTHER_KEYS: dict[str, str] = env.data("EMBEDDINGS_OTHER_KEYS", default={})
EMBEDDINGS_MODEL = env.str("EMBEDDINGS_MODEL", default="")
EMBEDDINGS_DIMENSIONS = env.whole("EMBEDDINGS_DIMENSIONS", default=384)
EMBEDDINGS_QUERY_PREFIX = env.str("EMBEDDINGS_QUERY_PREFIX", default="")
EMBEDDINGS_PASSAGE_PREFIX = env.str("EMBEDDINGS_PASSAGE_PREFIX", default="")
EMBEDDINGS_BATCH = env.whole("EMBEDDINGS_BATCH", default=32)
# What building the index of a model's vectors may take of the database server's memory, in MB.
VECTOR_INDEX_MEMORY = env.whole("VECTOR_INDEX_MEMORY", default=2200, least=1, most=2_000_000)

# Below this probability that the passages answer the question, no draft is written (kb.retrieval).
RELEVANCE_FLOOR = env.number("RELEVANCE_FLOOR", default=0.35)
# A draft is begun when the customer has written nothing for so many seconds: a burst of messages is one.
DRAFT_DEBOUNCE_SECONDS = env.number("DRAFT_DEBOUNCE_SECONDS", default=3)
# Ask the model about sentences that match their passages only partly.
SECOND_OPINION = env.switch("SECOND_OPINION", default=False)
# Suggest language, tags, priority, mood and a line of summary for each ticket.
TRIAGE = env.switch("TRIAGE", default=True)
# Hosts whose https addresses may be links in a reply; addresses of cited documents always may.
REPLY_LINK_HOSTS = env.list("REPLY_LINK_HOSTS", default=[])
# Customer messages: per widget conversation and per address, a minute.
WIDGET_MESSAGES_PER_MINUTE = env.whole("WIDGET_MESSAGES_PER_MINUTE", default=10)
WIDGET_ADDRESS_MESSAGES_PER_MINUTE = env.whole("WIDGET_ADDRESS_MESSAGES_PER_MINUTE", default=30)

LOG_LEVEL = env.log_level("LOG_LEVEL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
}
