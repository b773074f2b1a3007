"""URLs are nouns; an action is the thing it creates (docs in STYLE: POST handoffs/7/acceptance/)."""

app_name = "leads"

urlpatterns: list = []
