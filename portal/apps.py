from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self):
        from portal import checks  # noqa: F401 - registers itself

        from portal import shell

        shell.register_menu(
            shell.MenuEntry(
                order=10, key="home", label=_("Today"), short=_("Today"), icon="home", url_name="portal:home", go="h"
            )
        )
