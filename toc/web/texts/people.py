"""Words and sentences about people."""

from flask_babel import lazy_gettext as _l

from toc.domain.people import Role

SENTENCES = {
    "password.too_short": _l("Use at least %(least)s characters."),
    "password.too_long": _l("Use at most %(most)s characters."),
    "password.too_common": _l("Others would guess this soon. Use a few words that do not belong together."),
}

WORDS = {
    Role: {
        Role.COORDINATOR: _l("Coordinator"),
        Role.WORKER: _l("Worker"),
        Role.FUNDER: _l("Funder"),
        Role.INVESTOR: _l("Investor"),
        Role.EVALUATOR: _l("Evaluator"),
        Role.STAKEHOLDER: _l("Stakeholder"),
        Role.VIEWER: _l("Viewer"),
    },
}
