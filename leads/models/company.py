from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from leads.intake import names
from leads.models.editing import Editing


class CompanyQuerySet(models.QuerySet):
    def present(self):
        return self.filter(removed_at=None)


class Company(Editing, models.Model):
    """A company that leads work at. Its corporate number names it; without one, its normalized name does."""

    MASTER = (
        "name", "name_kana", "corporate_number", "domain", "industry", "employees", "region", "address", "note", "custom",
    )  # fmt: skip

    name = models.CharField(_("company name"), max_length=200)
    name_kana = models.CharField(_("reading (kana)"), max_length=200, blank=True)
    key = models.CharField(_("normalized name"), max_length=200, db_index=True, editable=False)
    corporate_number = models.CharField(_("corporate number"), max_length=13, blank=True)
    domain = models.CharField(_("mail domain"), max_length=120, blank=True)
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    region = models.CharField(_("region"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    custom = models.JSONField(_("further fields"), default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("added at"))
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["name_kana", "name", "pk"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            models.UniqueConstraint(
                name="one_company_per_corporate_number",
                fields=["corporate_number"],
                condition=Q(removed_at=None) & ~Q(corporate_number=""),
            ),
            models.UniqueConstraint(
                name="one_unnumbered_company_per_name",
                fields=["key"],
                condition=Q(removed_at=None, corporate_number="") & ~Q(key=""),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("leads:company", args=[self.pk])

    @classmethod
    def of_name(cls, name, *, at):
        """The company that goes by this name, however it is spelled; made where there is none."""
        key = names.company_key(name)
        found = cls.objects.present().filter(key=key).order_by("-corporate_number", "pk").first() if key else None
        if found is not None:
            return found
        try:
            with transaction.atomic():
                return cls.objects.create(name=name.strip(), key=key, created_at=at)
        except IntegrityError:  # somebody else was faster
            return cls.objects.present().get(key=key, corporate_number="")

    def before_saving(self, changed, at):
        self.key = names.company_key(self.name)
