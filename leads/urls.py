"""URLs are nouns; an action is the thing it creates (docs in STYLE: POST handoffs/7/acceptance/)."""

from django.urls import path

from leads.views import companies, facts, handoffs, imports, leads, thanks, time_requests, undo, working

app_name = "leads"

urlpatterns: list = [
    path("leads/new/", leads.new, name="lead-new"),
    path("leads/<int:pk>/", leads.lead, name="lead"),
    path("leads/<int:pk>/edit/", leads.edit, name="lead-edit"),
    path("leads/<int:pk>/history/", leads.history, name="lead-history"),
    path("leads/<int:pk>/preparation/", leads.preparation, name="lead-preparation"),
    path("leads/<int:pk>/handoffs/new/", handoffs.new, name="handoff-new"),
    path("leads/<int:pk>/contacts/", working.contacts, name="lead-contact"),
    path("leads/<int:pk>/result/", working.result, name="lead-result"),
    path("leads/<int:pk>/win/", working.win, name="lead-win"),
    path("leads/<int:pk>/loss/", working.loss, name="lead-loss"),
    path("leads/<int:pk>/pause/", working.pause, name="lead-pause"),
    path("leads/<int:pk>/resumption/", working.resumption, name="lead-resumption"),
    path("leads/<int:pk>/recycling/", working.recycling, name="lead-recycling"),
    path("leads/<int:pk>/assignment/", working.assignment, name="lead-assignment"),
    path("leads/<int:pk>/time-requests/new/", time_requests.new, name="time-request-new"),
    path("leads/<int:pk>/bant/", facts.bant, name="lead-bant"),
    path("leads/<int:pk>/notes/", facts.notes, name="lead-notes"),
    path("leads/<int:pk>/thanks/", thanks.thanks, name="thanks"),
    path("handoffs/<int:pk>/acceptance/", handoffs.acceptance, name="handoff-acceptance"),
    path("handoffs/<int:pk>/return/", handoffs.return_, name="handoff-return"),
    path("handoffs/<int:pk>/withdrawal/", handoffs.withdrawal, name="handoff-withdrawal"),
    path("handoffs/<int:pk>/reply/", handoffs.reply, name="handoff-reply"),
    path("handoffs/<int:pk>/settlement/", handoffs.settlement, name="handoff-settlement"),
    path("time-requests/<int:pk>/answer/", time_requests.answer, name="time-request-answer"),
    path("companies/<int:pk>/", companies.company, name="company"),
    path("companies/<int:pk>/edit/", companies.edit, name="company-edit"),
    path("companies/<int:pk>/history/", companies.history, name="company-history"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.imported, name="import"),
    path("imports/<int:pk>/columns/", imports.columns, name="import-columns"),
    path("imports/<int:pk>/reading/", imports.reading, name="import-reading"),
    path("imports/<int:pk>/choices/", imports.choices, name="import-choices"),
    path("imports/<int:pk>/run/", imports.run, name="import-run"),
    path("imports/<int:pk>/progress/", imports.progress, name="import-progress"),
    path("imports/<int:pk>/stop/", imports.stop, name="import-stop"),
    path("imports/<int:pk>/undo/", imports.taking_back, name="import-undo"),
    path("imports/<int:pk>/removal/", imports.removal, name="import-removal"),
    path("imports/<int:pk>/refused.csv", imports.refused_rows, name="import-refused"),
    path("imports/<int:pk>/kept/", imports.kept_rows, name="import-kept"),
    path("entries/<int:pk>/undo/", undo.undo, name="entry-undo"),
]
