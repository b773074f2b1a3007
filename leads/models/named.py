from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import words


class Named(models.Model):
    """Something administrators name, in Japanese and in English."""

    name = models.CharField(_("name"), max_length=100)
    name_en = models.CharField(_("English name"), max_length=100, blank=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.label

    @property
    def label(self):
        """The name in the reader's language."""
        return words.in_language(self.name, self.name_en)
