from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.search.field import TokensField


class SearchDocument(models.Model):
    """What can be found of one record. Written anew whenever the record changes, so the newest change has the largest key.

    The body has a line for each thing that was written somewhere; an excerpt shows the line that was found.
    """

    kind = models.CharField(_("kind"), max_length=20)
    object_id = models.BigIntegerField(_("record"))
    body = models.TextField(_("text"))
    tokens = TokensField(editable=False)
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [models.UniqueConstraint(name="one_search_document_per_record", fields=["kind", "object_id"])]

    def __str__(self):
        return f"{self.kind}:{self.object_id}"
