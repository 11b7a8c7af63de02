# Kept plain. See docs/deployment.md: the project's own machines have no Docker engine, so this file was read, not built.
FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY responders responders
RUN pip install --no-cache-dir --prefix=/install .

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 answerable && install -d -o answerable /data
COPY --from=build /install /usr/local
USER answerable
WORKDIR /home/answerable
ENV ANSWERABLE_DATA_DIR=/data \
    ANSWERABLE_CONSOLE__HOST=0.0.0.0 \
    PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=3s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/healthz')"]
ENTRYPOINT ["answerable"]
CMD ["run"]
