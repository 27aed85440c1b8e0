# The version that `make test` runs on in CI: the pins differ between Python versions.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent supplybrain
WORKDIR /app

# Before the code: a change of the code does not install everything again.
COPY requirements/base.txt requirements/base.txt
RUN pip install -r requirements/base.txt

COPY manage.py ./
COPY supplybrain supplybrain
COPY planning_core planning_core
COPY integrations integrations
COPY monitoring monitoring
COPY locale locale

# Collecting static files loads the settings but connects to nothing; these values end with this line.
RUN SECRET_KEY=build FIELD_ENCRYPTION_SALT=build DATABASE_URL=postgresql://build@/build REDIS_URL=redis://build/0 \
    python manage.py collectstatic --noinput && python -m compileall -q .

USER supplybrain
# Which commit this is; every snapshot says what code made it.
ARG CODE_VERSION=""
ENV CODE_VERSION=$CODE_VERSION WEB_HOST=0.0.0.0 PORT=8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["python", "-m", "supplybrain.processes", "web"]
