"""Every address the portal answers at, read from the URL resolver."""

from dataclasses import dataclass

from django.urls import URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    name: str  # with its namespaces; an address without a name is called by its route
    route: str

    @property
    def is_admin(self):
        return self.route.startswith("admin/")


def every():
    return list(_below(get_resolver()))


def _below(resolver, namespaces=(), route=""):
    for pattern in resolver.url_patterns:
        whole = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _below(pattern, inner, whole)
        else:
            yield Address(":".join([*namespaces, pattern.name]) if pattern.name else whole, whole)
