from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from portal import triggers


class LeadsConfig(AppConfig):
    name = "leads"
    verbose_name = _("Leads")

    def ready(self):
        from leads import entry_words as told_words
        from leads import import_news, telling
        from portal import entry_words, notifying

        notifying.register(telling.RULES, telling.audience)
        entry_words.register("lead", told_words.speak)
        entry_words.register_reasons(told_words.REASONS)
        notifying.register(import_news.VERBS, import_news.audience)
        entry_words.register("import", import_news.speak)
        entry_words.register_reasons(import_news.REASONS)
        from leads.demo.logins import logins
        from portal import shell

        shell.register_demo_logins(logins)
        from leads import home, menu, search, verifying

        home.register()
        verifying.register_checks()
        menu.register()
        search.register()
        post_migrate.connect(_put_triggers_back, sender=self)
        post_migrate.connect(_start_with_a_proposal, sender=self)


def _put_triggers_back(using, plan=None, **_kwargs):
    if _has_tables(using):
        triggers.put_back("leads.migrations.0003_tally_columns", using=using)
        triggers.put_back("portal.migrations.0002_trail_is_append_only", using=using)
        triggers.put_back("portal.migrations.0004_search_index", using=using)


def _has_tables(using):
    return {"leads_lead", "portal_entry", "portal_searchindex"} <= set(connections[using].introspection.table_names())


def _start_with_a_proposal(using, plan=None, **_kwargs):
    """A fresh database gets its first agreements; there is no other moment that every installation passes."""
    from leads import starter

    starter.ensure()
