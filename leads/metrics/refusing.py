from django.utils.translation import gettext as _


class UnknownMetric(ValueError):
    """No figure goes by this name."""

    def __init__(self, name):
        super().__init__(_("There is no figure “%(name)s”.") % {"name": name})


class CannotGroup(ValueError):
    """This figure cannot be split this way."""

    def __init__(self, name, by, dimensions):
        words = {"name": name, "by": by, "list": ", ".join(dimensions)}
        super().__init__(_("“%(name)s” is not split by “%(by)s”, only by %(list)s.") % words)
