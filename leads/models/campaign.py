from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from leads.models.named import Named


class Source(Named):
    """The channel a lead came through (流入元). A lead without one is not the same as "unknown"."""

    code = models.CharField(_("code"), max_length=60, unique=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class Campaign(Named):
    """What Marketing did to find leads, with what it was for."""

    class Channel(models.TextChoices):
        EXHIBITION = "exhibition", _("Exhibition")
        SEMINAR = "seminar", _("Seminar")
        WEB = "web", _("Web site")
        SEARCH_AD = "search_ad", _("Search advertising")
        SOCIAL = "social", _("Social media")
        MAIL = "mail", _("Mail")
        PARTNER = "partner", _("Partner")
        REFERRAL = "referral", _("Referral")
        TELEPHONE = "telephone", _("Telephone")
        OTHER = "other", _("Other")

    code = models.CharField(_("code"), max_length=100, unique=True)
    channel = models.CharField(_("channel"), max_length=20, choices=Channel.choices, default=Channel.OTHER)
    aim = models.TextField(_("aim"), blank=True)
    target = models.TextField(_("target"), blank=True)
    hypothesis = models.TextField(_("hypothesis"), blank=True)
    cost = models.BigIntegerField(_("cost (yen)"), null=True, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    owner = models.ForeignKey(
        "portal.Person", verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("added at"), auto_now_add=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["-starts_on", "name", "pk"]
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                name="campaign_ends_after_it_starts",
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(name="campaign_cost_is_not_negative", condition=Q(cost=None) | Q(cost__gte=0)),
        ]
