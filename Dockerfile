# Pheu in a container. The data live in the volume /store; the first start makes the sample there.
#
#   docker build -t pheu .
#   docker run --rm -p 127.0.0.1:8501:8501 -e PHEU_OPEN=1 -v pheu-store:/store pheu
#   docker run --rm -v pheu-store:/store -v "$PWD":/in pheu python -m data load /in/leads.csv
#
# Without a sign-in (docs/access.md) it starts with PHEU_OPEN=1 only: whoever reaches the port may then
# read and replace all data, so do not publish it beyond your own machine. compose.yaml puts a proxy in
# front of it that asks for a password.
FROM python:3.13-slim

# Without its welcome message Streamlit does not ask an outside service for its public address.
ENV PYTHONUNBUFFERED=1 \
    STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE=true \
    PHEU_STORE=/store

WORKDIR /app

# A browser draws the charts of a PDF and of pictures (docs/serving.md): --build-arg CHROMIUM=1 brings one.
ARG CHROMIUM=
RUN test -z "$CHROMIUM" || (apt-get update \
    && apt-get install --yes --no-install-recommends chromium \
    && rm -rf /var/lib/apt/lists/*)

# Before the source, so that a change of the source does not install everything again.
COPY requirements.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock

COPY . .
RUN python -m compileall -q . \
    && useradd --create-home --uid 10001 pheu \
    && install -d -o pheu -g pheu "$PHEU_STORE"

USER pheu
VOLUME ["/store"]
EXPOSE 8501

# 200 only when the store can be read and has leads.
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/healthz', timeout=8)"]

CMD ["sh", "-c", "python -m data sample --if-empty; exec python -m streamlit run app.py --server.address 0.0.0.0 --server.port 8501"]
