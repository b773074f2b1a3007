from django.core.management.base import BaseCommand

from portal.launcher import preparing


class Command(BaseCommand):
    help = "Writes the .mo of each .po that changed; unlike compilemessages it needs no gettext programs."
    requires_system_checks = []

    def handle(self, **_):
        preparing.compile_messages()
