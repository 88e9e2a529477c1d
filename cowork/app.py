"""The composition root: the only module that may import everything. It makes the application out of settings."""

import os
import threading
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from cowork.gateways import chance
from cowork.gateways.blobs import DiskBlobs
from cowork.gateways.bus import LocalBus, RedisBus
from cowork.gateways.clamd import ClamdScanner
from cowork.gateways.livedoc import YDocument
from cowork.gateways.mail import SmtpMailer
from cowork.gateways.passwords import ArgonPasswords
from cowork.gateways.renderer import WorkerRenderer
from cowork.gateways.viewer import ProcessViewer
from cowork.gateways.worddiff import opcodes
from cowork.jobs import alone
from cowork.services.context import Context
from cowork.settings import Settings
from cowork.store import base
from cowork.web import shell
from cowork.web.specifications import live
from cowork.web.specifications.hub import Hub

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = Path(__file__).resolve().parent / "store" / "migrations"

# Deliberate limits (a specification has a few hundred answers): more is refused with 413 before it costs memory.
MAX_FORM_PARTS = 5_000
MAX_FORM_BYTES = 4 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application for these settings (by default those of the environment). Raises BadSettings."""
    settings = settings or Settings.from_env(os.environ, ROOT)
    app = Flask("cowork", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static" / "dist"), static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        MAX_FORM_MEMORY_SIZE=MAX_FORM_BYTES,
        SESSION_COOKIE_NAME="__Host-cowork" if settings.secure else "cowork",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        LIVE_SOCKETS=settings.live_sockets,
    )
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    base.db.init_app(app)
    with app.app_context():
        base.prepare(base.db.engine)
    Migrate(app, base.db, directory=str(MIGRATIONS), render_as_batch=True)
    shell.attach(app, context_for(settings))
    return app


def work(app: Flask, stop: threading.Event) -> None:
    """Do the work that commits have queued until told to stop, in this thread; then end the process that makes documents."""
    with app.app_context():
        context: Context = app.extensions["cowork"]
        try:
            alone.run(context, stop)
        finally:
            if isinstance(context.renderer, WorkerRenderer):
                context.renderer.close()


def close(app: Flask) -> None:
    """End the open sockets of an application whose process is about to end."""
    hub: Hub = app.extensions[live.HUB]
    hub.close()


def context_for(settings: Settings) -> Context:
    """The gateways of a running instance."""
    return Context(
        now=chance.utc_now,
        new_id=chance.new_id,
        new_token=chance.new_token,
        passwords=ArgonPasswords(),
        renderer=WorkerRenderer(timeout_seconds=settings.render_seconds, memory_bytes=settings.render_megabytes * 1024 * 1024),
        differ=opcodes,
        files=settings.instance / "exports",
        base_url=settings.base_url,
        blobs=DiskBlobs(settings.blobs),
        viewer=ProcessViewer(),
        file_bytes=settings.file_bytes,
        withdrawn_days=settings.withdrawn_days,
        document=YDocument,
        bus=RedisBus(settings.redis_url) if settings.redis_url else LocalBus(),
        scanner=ClamdScanner.from_url(settings.clamd_url) if settings.clamd_url else None,
        mailer=SmtpMailer.from_url(settings.smtp_url, settings.mail_from) if settings.smtp_url else None,
    )
