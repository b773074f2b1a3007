from django.db import models
from django.utils.translation import gettext_lazy as _


class Bant(models.Model):
    """What is known of one part of a lead: budget, authority, need or timeline; and who said so."""

    class Part(models.TextChoices):
        BUDGET = "budget", _("Budget")
        AUTHORITY = "authority", _("Authority")
        NEED = "need", _("Need")
        TIMELINE = "timeline", _("Timeline")

    class State(models.TextChoices):
        KNOWN = "known", _("Known")
        PARTLY = "partly", _("Partly known")
        UNKNOWN = "unknown", _("Not known")

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="bant")
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.UNKNOWN)
    note = models.CharField(_("note"), max_length=400, blank=True)
    origin = models.CharField(_("where from"), max_length=100, blank=True)
    by = models.ForeignKey(
        "portal.Person",
        verbose_name=_("who said so"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("BANT part")
        verbose_name_plural = _("BANT")
        constraints = [models.UniqueConstraint(name="one_state_per_bant_part", fields=["lead", "part"])]

    def __str__(self):
        return f"{self.get_part_display()} {self.get_state_display()}"


LETTERS = {Bant.State.KNOWN: "k", Bant.State.PARTLY: "p", Bant.State.UNKNOWN: "u"}
STATES = {letter: state.value for state, letter in LETTERS.items()}


def states_of(letters):
    """["known", …] in the order of the parts, of the letters that a lead keeps (`Lead.bant_states`)."""
    return [STATES[letter] for letter in letters]
