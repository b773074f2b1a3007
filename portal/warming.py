"""What every web process would make for itself, made once before they part: it is then shared, and the first page is quick."""

import gc
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver
from django.utils import translation


def warm():
    """Addresses, templates and words; touches no database, as a connection must not be shared."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports every view
    for name in template_names():
        get_template(name)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            translation.gettext("")
    # The collector writes into every object it looks at, and a page that is written to is no longer shared.
    gc.collect()
    gc.freeze()


def template_names():
    folder = Path(settings.BASE_DIR / "templates")
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
