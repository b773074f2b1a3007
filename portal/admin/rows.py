from django.forms.models import BaseInlineFormSet


class NamedCells(BaseInlineFormSet):
    """Rows of a table whose cells carry the name of their column for whoever does not see it."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", str(field.label))
