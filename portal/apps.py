from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self):
        from portal import bell, checks, delivering, notifying, shell, tasks  # noqa: F401 - checks register themselves

        shell.register_menu(
            shell.MenuEntry(
                order=10,
                key="home",
                label=_("Today"),
                short=pgettext_lazy("short", "Today"),
                icon="home",
                url_name="portal:home",
                go="h",
            )
        )
        from portal.live import ring

        delivering.register("notifications", notifying.hear, wants=notifying.wants)
        bell.ringers.append(tasks.ring)
        if settings.REDIS_URL:
            bell.ringers.append(ring.publish)
