from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from leads import permissions
from leads.models.bant import states_of
from leads.models.boarding import Boarding
from leads.models.clock import NEVER
from leads.models.editing import Editing
from leads.models.handing_over import HandingOver
from leads.models.qualifying import Qualifying
from leads.models.thanking import Thanking
from leads.models.undoing import Undoing
from leads.models.working import Working
from portal.models import Entry
from portal.refusals import Refusal

# What is not known stands behind all that is; written as leads.keyset orders by it.
SCORE, AMOUNT = Coalesce(F("score"), Value(-1)), Coalesce(F("amount"), Value(-1))


class LeadQuerySet(models.QuerySet):
    def present(self):
        return self.filter(removed_at=None)

    def carried_by(self, person):
        return self.filter(owner=person)

    def for_page(self):
        """With all that the lead's own page and its dialogs ask of it."""
        return self.select_related(
            "company",
            "owner__unit",
            "source",
            "campaign__owner",
            "handoff__sender__unit",
            "handoff__receiver__unit",
            "handoff__receiving_unit",
            "handoff__answered_by",
            "handoff__return_reason",
            "handoff__definition_revision__agreement",
            "handoff__sla_revision__agreement",
            "next_clock__commitment",
            "next_clock__calendar",
        )


class Lead(Boarding, HandingOver, Working, Qualifying, Thanking, Editing, Undoing, models.Model):
    """One person at one company with an interest; person and company may still be unknown."""

    MASTER = (
        "company", "family_name", "given_name", "kana", "email", "phone", "department", "title", "source", "campaign",
        "may_mail", "custom",
    )  # fmt: skip

    class Stage(models.TextChoices):
        NURTURING = "nurturing", _("Nurturing")
        HANDED_OVER = "handed_over", _("Handed over")
        WORKING = "working", _("Working")
        OPPORTUNITY = "opportunity", _("Opportunity")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")
        DISQUALIFIED = "disqualified", _("Disqualified")

    class Column(models.TextChoices):
        TO_HAND_OVER = "to_hand_over", _("To hand over")
        HANDED_OVER = "handed_over", _("Waiting for an answer")
        WORKING = "working", _("Working")
        OPPORTUNITY = "opportunity", _("Opportunity")
        WON = "won", _("Won")
        RETURNED = "returned", _("Returned, nurturing")

    company = models.ForeignKey(
        "leads.Company",
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
    )
    family_name = models.CharField(_("family name"), max_length=60, blank=True)
    given_name = models.CharField(_("given name"), max_length=60, blank=True)
    kana = models.CharField(_("reading (kana)"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    source = models.ForeignKey(
        "leads.Source", verbose_name=_("source"), null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    campaign = models.ForeignKey(
        "leads.Campaign",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
    )
    may_mail = models.BooleanField(_("may be mailed"), default=True)
    custom = models.JSONField(_("further fields"), default=dict, blank=True)
    created_at = models.DateTimeField(_("asked to be contacted at"))
    recorded_at = models.DateTimeField(_("known since"), default=timezone.now, editable=False)
    origin_lead = models.ForeignKey(
        "self",
        verbose_name=_("expansion of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="expansions",
    )
    external_key = models.CharField(_("first external id"), max_length=150, blank=True, default="")

    stage = models.CharField(_("stage"), max_length=12, choices=Stage.choices, default=Stage.NURTURING)
    owner = models.ForeignKey(
        "portal.Person",
        verbose_name=_("carried by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="leads",
    )
    handoff = models.ForeignKey(
        "leads.Handoff", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    wake_on = models.DateField(_("look again on"), null=True, blank=True)
    next_on = models.DateField(_("next step on"), null=True, blank=True)
    score = models.IntegerField(_("score"), null=True, blank=True)
    score_origin = models.CharField(_("where the score comes from"), max_length=40, blank=True)
    bant_states = models.CharField(max_length=4, default="uuuu", editable=False)
    has_note = models.BooleanField(default=False, editable=False)

    board_column = models.CharField(max_length=12, choices=Column.choices, blank=True, default="", editable=False)
    attention_at = models.DateTimeField(default=NEVER, editable=False)
    next_clock = models.ForeignKey(
        "leads.Clock",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
        editable=False,
    )
    amount = models.BigIntegerField(_("amount (yen)"), null=True, blank=True, editable=False)
    line = models.CharField(_("latest line"), max_length=200, blank=True)
    highlights = models.JSONField(default=list, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [
            models.Index(
                name="lead_column_attention",
                fields=["board_column", "attention_at", "id"],
                condition=~Q(board_column=""),
            ),
            models.Index(
                F("board_column"), SCORE.desc(), F("id").desc(), name="lead_column_score", condition=~Q(board_column="")
            ),
            models.Index(
                name="lead_column_newest", fields=["board_column", "-created_at", "-id"], condition=~Q(board_column="")
            ),
            # Covers the counts by source, campaign and month, which would otherwise read every lead as a whole.
            models.Index(
                name="lead_cohort", fields=["created_at", "source", "campaign", "id"], condition=Q(removed_at=None)
            ),
            models.Index(name="lead_newest", fields=["-created_at", "-id"]),
            models.Index(name="lead_attention", fields=["attention_at", "id"]),
            models.Index(SCORE.desc(), F("id").desc(), name="lead_score"),
            models.Index(AMOUNT.desc(), F("id").desc(), name="lead_amount"),
            models.Index(name="lead_waking", fields=["wake_on"], condition=Q(stage="nurturing", wake_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_lead_per_email", fields=["email"], condition=Q(removed_at=None) & ~Q(email="")
            ),
            models.CheckConstraint(
                name="a_lead_can_be_told_apart", condition=~Q(external_key="") | ~Q(email="") | ~Q(family_name="")
            ),
            models.CheckConstraint(
                name="working_leads_have_an_owner", condition=~Q(stage="working") | Q(owner__isnull=False)
            ),
        ]

    def __str__(self):
        return str(self.company) if self.company_id else self.person_name

    def get_absolute_url(self):
        return reverse("leads:lead", args=[self.pk])

    @classmethod
    def find_or_add(cls, *, by, at, email="", **values):
        """(lead, is_new): the lead this e-mail address belongs to, or a new one somebody has typed.

        The unique index decides between a form and an import that arrive together.
        """
        if not permissions.can_add_lead(by):
            raise Refusal(_("Only the four teams can add leads."), status=403)
        known = cls._of_email(email)
        if known is not None:
            return known, False
        try:
            with transaction.atomic():
                return cls._add(by=by, at=at, email=email, **values), True
        except IntegrityError:
            known = cls._of_email(email)
            if known is None:
                raise
            return known, False

    @classmethod
    def _of_email(cls, email):
        return cls.objects.present().filter(email=email).first() if email else None

    @classmethod
    def _add(cls, *, by, at, **values):
        lead = cls(owner=by, created_at=at, **values)
        lead.save(force_insert=True)
        Entry.record("lead.added", lead, by=by, at=at)
        return lead

    @property
    def person_name(self):
        return f"{self.family_name} {self.given_name}".strip() or self.email or self.external_key

    @property
    def bant_words(self):
        """The states of budget, authority, need and timeline, as {% bant %} takes them."""
        return states_of(self.bant_states)
