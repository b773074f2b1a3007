"""Many rows at once: COPY on PostgreSQL, one prepared INSERT on SQLite.

Ids are taken beforehand, from the sequence or behind the last row, so that rows of several tables
can refer to each other before any of them is sent. What no caller names gets the field's default.
"""

import datetime
import enum
import functools
import json
import uuid

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

from portal.search.field import TokensField

FEW = 20


def insert(model, rows):
    """Insert model instances; each has its primary key afterwards. Returns the keys in order."""
    rows = list(rows)
    if len(rows) < FEW:
        return [row.pk for row in model._base_manager.bulk_create(rows)]
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    values = ([_plain(field.pre_save(row, add=True)) for field in fields] for row in rows)
    ids = insert_values(model, [field.attname for field in fields], values, count=len(rows))
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding, row._state.db = False, connection.alias
    return ids


def _plain(value):
    """A member of TextChoices would be sent by its name."""
    return str(value) if isinstance(value, enum.Enum) else value


def insert_values(model, names, rows, *, count=None, ids=None):
    """Insert rows given as tuples of `names` (attribute names); returns their keys in order.

    The path without model objects, for hundreds of thousands of rows: plain values, no members of
    TextChoices. Constraints and triggers of the database hold as ever; `save()` and signals do not run.
    """
    if ids is None:
        if count is None:
            rows = list(rows)
            count = len(rows)
        ids = take_ids(model, count)
    if not ids:
        return ids
    fields = {field.attname: field for field in model._meta.concrete_fields}
    given = [fields[name] for name in names]
    rest = [field for field in fields.values() if field.attname not in names and not field.primary_key]
    defaults = tuple(_adapted([_default(field) for field in rest], _adapters(rest)))
    columns = [field.column for field in (model._meta.pk, *given, *rest)]
    adapt = _adapters(given)
    if adapt:
        rows = (_adapted(list(row), adapt) for row in rows)
    whole = ((pk, *row, *defaults) for pk, row in zip(ids, rows, strict=True))
    send = _copy if connection.vendor == "postgresql" else _insert_many
    with transaction.atomic():
        send(model._meta.db_table, columns, whole)
    return ids


def _adapted(row, adapt):
    for place, change in adapt:
        if row[place] is not None:
            row[place] = change(row[place])
    return row


def take_ids(model, count):
    """Keys nobody else will get. On SQLite only inside a transaction, which holds the write lock."""
    if not count:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [_sequence(table, column), count]
            )
            return [row[0] for row in cursor.fetchall()]
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError("Keys are taken inside a transaction.")
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + count + 1))


@functools.cache
def _sequence(table, column):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
        return cursor.fetchone()[0]


def _default(field):
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return field.pre_save(field.model(), add=True)
    return _plain(field.get_default())


def _copy(table, columns, rows):
    names = ", ".join(f'"{column}"' for column in columns)
    # The driver's own cursor copies, so its errors are not Django's until they are wrapped.
    with connection.cursor() as cursor, connection.wrap_database_errors:
        with cursor.cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)


def _insert_many(table, columns, rows):
    names = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - names are the model's own


def _adapters(columns):
    """(place, function) for the columns whose Python values the driver does not know as they are."""
    on_sqlite = connection.vendor == "sqlite"
    adapters = []
    for place, field in enumerate(columns):
        target = getattr(field, "target_field", field)
        if isinstance(target, models.JSONField):
            adapters.append((place, _json))
        elif on_sqlite and isinstance(target, models.DateTimeField):
            adapters.append((place, _utc_text))
        elif on_sqlite and isinstance(target, models.DateField):
            adapters.append((place, str))
        elif on_sqlite and isinstance(target, models.UUIDField):
            adapters.append((place, _hex))
        elif isinstance(target, models.DecimalField | models.BinaryField | models.DurationField | TokensField):
            adapters.append((place, _prepared(target)))
    return adapters


class Encoded(str):
    """JSON that is text already."""


def _json(value):
    if isinstance(value, Encoded):
        return str(value)
    if not value and value is not None:
        return "{}" if isinstance(value, dict) else "[]" if isinstance(value, list) else json.dumps(value)
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def _utc_text(value):
    return value.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(sep=" ")


def _hex(value):
    return value.hex if isinstance(value, uuid.UUID) else str(value)


def _prepared(field):
    return lambda value: field.get_db_prep_save(value, connection)
