"""Which column means what: mappings from headers to fields, shipped, saved or of one's own.

A mapping is a TOML file; docs/import.en.md describes it with a worked example.
"""

import functools
import re
import tomllib
import unicodedata
import zoneinfo
from dataclasses import dataclass, field, replace
from pathlib import Path

from leads.intake import fields
from leads.intake.reasons import Unfit

SHIPPED = Path(__file__).parent / "mappings"
OWN = "own"
KEYS = {
    "name", "name_ja", "system", "zone", "columns", "values", "constants", "recognized_by", "footers", "needs",
    "record_start", "zero_amount_is_unknown", "activity_kind", "attaches_to_known",
}  # fmt: skip


@dataclass(frozen=True)
class Mapping:
    """How the files of one tool are read.

    `zone` holds for times without one ("" is the company's own); `needs` names a field no row may
    lack; `record_start` the column that marks the first of several rows of one record (kintone);
    `attaches_to_known` that rows only add to leads already here (a file of deals).
    """

    code: str
    name: str = ""
    name_ja: str = ""
    system: str = ""
    zone: str = ""
    columns: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)
    constants: dict = field(default_factory=dict)
    recognized_by: tuple = ()
    footers: bool = False
    needs: str = ""
    record_start: str = ""
    zero_amount_is_unknown: bool = False
    activity_kind: str = "imported"
    attaches_to_known: bool = False

    def label(self, language):
        return self.name_ja if language.startswith("ja") and self.name_ja else self.name or self.code

    def as_spec(self):
        """As it is stored with an import, so that the import stays what it was."""
        return {key: getattr(self, key) for key in self.__dataclass_fields__ if key != "recognized_by"}

    @classmethod
    def from_spec(cls, spec):
        return cls(**spec)

    def fields_of(self, header):
        """For each column of the file the field it means, "" if nobody has said."""
        wanted = {_folded(name): code for name, code in self.columns.items()}
        return [wanted.get(_folded(name), "") for name in header]

    def with_columns(self, columns):
        return replace(self, columns=columns)


def shipped():
    """The mappings that come with the portal, by code."""
    return {path.stem: _load(path) for path in sorted(SHIPPED.glob("*.toml"))}


def load(name):
    """A shipped mapping by its code, or one's own by the path of its file. Raises Unfit."""
    if str(name).endswith(".toml"):
        return _read(Path(name))
    path = SHIPPED / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9_]+", str(name)) or not path.exists():
        raise Unfit("mapping_unknown", name=name)
    return _load(path)


def recognize(header):
    """The shipped mapping whose marks all stand in this header, the one that knows most columns; else by header words."""
    folded = {_folded(name) for name in header}
    known = [mapping for mapping in shipped().values() if {_folded(mark) for mark in mapping.recognized_by} <= folded]
    known = [mapping for mapping in known if mapping.recognized_by]
    if known:
        return max(known, key=lambda mapping: sum(1 for code in mapping.fields_of(header) if code))
    return own(header)


def own(header):
    """A file of one's own: each column by the words people use for it, no field twice."""
    taken, columns = set(), {}
    for name in header:
        code = _by_words(name)
        if code and code not in taken:
            columns[name] = code
            taken.add(code)
    return Mapping(
        OWN, name="Columns matched by their headers", name_ja="見出しの言葉で対応", system="file", columns=columns
    )


def _by_words(name):
    folded = _folded(name)
    return next((code for word, code in _words().items() if word == folded), "")


@functools.cache
def _words():
    words = {}
    for code, known in fields.FIELDS.items():
        for name in (code, *known.names):
            words.setdefault(_folded(name), code)
    return words


@functools.lru_cache(maxsize=4096)
def _folded(name):
    return re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", name)).casefold()


@functools.cache
def _load(path):
    return _read(path)


def _read(path):
    try:
        spec = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise Unfit("mapping_unknown", name=path.name) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unfit("mapping_broken", detail=str(error)) from error
    return from_dict(path.stem, spec)


def from_dict(code, spec):
    """A mapping from what its file or the screen says. Raises Unfit naming what is wrong."""
    unknown = sorted(set(spec) - KEYS)
    if unknown:
        raise Unfit("mapping_broken", detail=", ".join(unknown))
    columns = spec.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise Unfit("mapping_broken", detail="columns")
    wrong = [str(value) for value in columns.values() if not fields.is_known(str(value))]
    if wrong:
        raise Unfit("mapping_broken", detail=", ".join(wrong))
    if spec.get("zone"):
        try:
            zoneinfo.ZoneInfo(spec["zone"])
        except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
            raise Unfit("mapping_broken", detail=f"zone {spec['zone']}") from error
    fitting = dict(spec)
    fitting["recognized_by"] = tuple(spec.get("recognized_by", ()))
    fitting.setdefault("system", re.sub(r"[^a-z0-9_]+", "_", code.lower())[:40] or "file")
    fitting.setdefault("name", code)
    return Mapping(code, **fitting)
