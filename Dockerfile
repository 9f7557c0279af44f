# One image for the web server, the workers, the timer and the migrations; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin citedesk \
    && install --directory --mode=0700 --owner=citedesk --group=citedesk /data
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Compiled here, once: who runs it may write nothing beside it.
RUN python -m compileall -q .
# The key signs nothing here: it only keeps the build from making one and leaving it in the image.
RUN SECRET_KEY=unused CITEDESK_DATA=/tmp/build python manage.py collectstatic --noinput
USER citedesk
ENV CITEDESK_DATA=/data
VOLUME /data
EXPOSE 8000
# Who the visitor is, TRUSTED_PROXIES decides, not the web server.
CMD ["uvicorn", "config.asgi:application", "--host=0.0.0.0", "--port=8000", "--lifespan=off", "--no-proxy-headers", "--no-server-header"]
