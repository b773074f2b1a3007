def context(request):
    """What every page's frame shows."""
    return {}
