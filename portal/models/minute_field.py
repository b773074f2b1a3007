import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from portal import calendar_spec


class MinuteOfDayFormField(forms.CharField):
    """A time of day as people write it: 09:00, or 30:00 for six in the morning of the next day."""

    def prepare_value(self, value):
        return calendar_spec.text_of(value) if isinstance(value, int) else value

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", super().to_python(value))
        if not text:
            return None
        try:
            return calendar_spec.minute_of(text)
        except calendar_spec.SpecError as error:
            raise ValidationError(str(error)) from error


class MinuteOfDayField(models.PositiveSmallIntegerField):
    """Minutes since midnight; a shift past midnight goes beyond 1440."""

    def formfield(self, **kwargs):
        kwargs.pop("min_value", None)
        kwargs.pop("max_value", None)
        return models.Field.formfield(self, form_class=MinuteOfDayFormField, **kwargs)

    def as_text(self, value):
        return calendar_spec.text_of(value)
