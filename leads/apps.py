from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self):
        post_migrate.connect(_start_with_a_proposal, sender=self)


def _start_with_a_proposal(using, plan=None, **_kwargs):
    """A fresh database gets its first agreements; there is no other moment that every installation passes."""
    from leads import starter

    starter.ensure()
