"""What PostgreSQL and SQLite say differently, in one place."""

# ruff: noqa: S608 - only names of tables and columns are written into the SQL; every value is a parameter

import datetime

from django.db import connection


def is_postgresql():
    return connection.vendor == "postgresql"


def stored(value):
    """A date or an instant as this database compares it."""
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value


def bucket(column, bounds, name, kind):
    """SQL for how many of the ascending bounds a column has reached, with its parameters.

    PostgreSQL finds the place by halving; SQLite asks one bound after the other.
    """
    if is_postgresql():
        return f"width_bucket({column}, %({name})s::{kind}[])", {name: list(bounds)}
    whens = " ".join(f"WHEN {column} < %({name}{n})s THEN {n}" for n in range(len(bounds)))
    return f"CASE {whens} ELSE {len(bounds)} END", {f"{name}{n}": stored(bound) for n, bound in enumerate(bounds)}


def rows_of(name, fields):
    """SQL for rows handed over as one JSON parameter, with the types of these model fields."""
    if is_postgresql():
        columns = ", ".join(
            f"{field.column} {field.rel_db_type(connection) if field.primary_key else field.db_type(connection)}"
            for field in fields
        )
        return f"SELECT * FROM json_to_recordset(%({name})s::json) AS given({columns})"
    columns = ", ".join(f"json_extract(value, '$.{field.column}') AS {field.column}" for field in fields)
    return f"SELECT {columns} FROM json_each(%({name})s)"


def not_among(column, name, ids):
    """SQL for: not one of these ids, however many."""
    if is_postgresql():
        return f"{column} <> ALL(%({name})s::bigint[])", {name: list(ids)}
    return f"{column} NOT IN (SELECT value FROM json_each(%({name})s))", {name: f"[{','.join(map(str, ids))}]"}


def ask(sql, params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
