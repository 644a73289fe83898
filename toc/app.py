"""The application: settings in, an application out."""

from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from toc import resources
from toc.models.database import Database
from toc.settings import Settings, SettingsError, check, own_secret
from toc.web import (
    arriving,
    audit,
    bonds,
    coding,
    conflicts,
    documents,
    errors,
    evidence,
    exchange,
    findings,
    frame,
    goals,
    indicators,
    interviews,
    mail,
    merging,
    mine,
    pages,
    participants,
    people,
    programmes,
    rankings,
    readings,
    reminding,
    security,
    trees,
    versions,
    workshops,
)
from toc.web import database as web_database

BLUEPRINTS = (
    audit.audit,
    bonds.bonds,
    coding.coding,
    conflicts.conflicts,
    documents.documents,
    evidence.evidence,
    exchange.exchange,
    findings.findings,
    goals.goals,
    indicators.indicators,  # with the page of what an import brought
    interviews.interviews,
    mail.mail,
    merging.merging,
    mine.mine,
    pages.pages,
    participants.participants,
    people.people,
    programmes.programmes,
    rankings.rankings,
    reminding.reminding,
    trees.trees,
    versions.versions,
    workshops.workshops,
)


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """Return the application.

    Args:
        settings: as loaded.
        database: to use instead of the one in the settings, for tests.

    Raises:
        SettingsError: settings that are only fit for trying out, in production.
    """
    if settings.production and (faults := check(settings)):
        raise SettingsError(faults)
    app = Flask("toc", template_folder=str(resources.templates()), static_folder=str(resources.static()))
    _configure(app, settings)
    web_database.init_app(app, database or Database(settings.database_url))
    security.init_app(app)
    errors.init_app(app)
    arriving.init_app(app)
    frame.init_app(app)
    people.init_app(app)
    mail.init_app(app)
    readings.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign] # as Flask documents
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.extensions["toc_settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key or own_secret(settings.instance),
        DEBUG=settings.debug,
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.upload_bytes,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_NAME="__Host-session" if settings.https_only else "session",
        SESSION_COOKIE_SECURE=settings.https_only,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_idle_minutes),
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=settings.https_only,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
