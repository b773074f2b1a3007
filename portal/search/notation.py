"""Tokens and terms in each database's own notation: tsvector and tsquery, or the words of FTS5."""

POSITIONS = 16_383  # the last position a tsvector keeps


def document(tokens, vendor):
    """Positions are written out, so that no parser of the database has a say in what a word is."""
    if vendor != "postgresql":
        return " ".join(tokens)
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens[:POSITIONS], start=1):
        places.setdefault(token, []).append(str(place))
    return " ".join(f"'{token}':{','.join(numbers[:250])}" for token, numbers in places.items())


def query(terms, vendor):
    """Every term, each as a phrase. Tokens hold letters and digits alone, so quoting is enough."""
    if vendor != "postgresql":
        return " AND ".join(f'"{" ".join(term.tokens)}"{" *" if term.is_open else ""}' for term in terms)
    return " & ".join(f"({_phrase(term)})" for term in terms)


def _phrase(term):
    quoted = [f"'{token}'" for token in term.tokens]
    if term.is_open:
        quoted[-1] += ":*"
    return " <-> ".join(quoted)
