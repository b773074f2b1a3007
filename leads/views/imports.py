import functools

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from leads import permissions
from leads.intake import encoding, receive, refused, survey, undo, work
from leads.intake.reasons import Unfit
from leads.models import Import, ImportRow
from leads.views import import_columns, import_pages
from portal.once import once
from portal.refusals import Refusal

State = Import.State
LISTED = 50


def importing(view):
    """Only who may import sees files of imports: they hold more than the leads that came of them.

    To everyone else no import exists, whatever its number.
    """

    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        if not permissions.can_import(request.user):
            if kwargs:
                raise Http404
            raise Refusal(_("Marketing, inside sales and administrators import files."), status=403)
        return view(request, *args, **kwargs)

    return wrapper


@importing
@once
def imports(request):
    """GET: what has come in so far, and the place to put a new file. POST: a new file."""
    failure = None
    if request.method == "POST":
        try:
            return redirect("leads:import-columns", pk=_upload(request).pk)
        except Unfit as unfit:
            failure = unfit.reason
    shown = {
        "imports": Import.objects.for_list()[:LISTED],
        "failure": failure,
        "limit": receive.limits().csv_bytes // 1024**2,
    }
    return render(request, "leads/imports/list.html", shown, status=422 if failure else 200)


def _upload(request):
    file = request.FILES.get("file")
    if file is None:
        raise Unfit("file_empty")
    return survey.upload(file, name=file.name or "file", by=request.user, at=timezone.now())


@importing
@require_safe
def imported(request, pk):
    """The import as it stands: its check, its progress or its report."""
    found = _found(pk)
    if found.state == State.UPLOADED:
        return redirect("leads:import-columns", pk=pk)
    return render(request, "leads/imports/page.html", import_pages.context(found))


@importing
@require_GET
def progress(request, pk):
    """The running piece, asked for every second; the page anew once there is something else to see."""
    found = _found(pk)
    if not found.is_under_way:
        response = render(request, "leads/imports/_progress.html", import_pages.context(found))
        response.headers["HX-Refresh"] = "true"
        return response
    return render(request, "leads/imports/_progress.html", import_pages.context(found))


@importing
@once
def columns(request, pk):
    """GET: which column means what. POST: that is settled, the file is checked with it."""
    found = _draft(pk)
    if request.method == "POST":
        try:
            import_columns.save(found, request.POST, by=request.user, at=timezone.now())
        except import_columns.Twice as twice:
            shown = import_columns.context(found, posted=request.POST) | {"failure": twice, "twice": twice.code}
            return render(request, "leads/imports/columns.html", shown, status=422)
        work.ask_for_check(found)
        return redirect("leads:import-columns" if found.failure else "leads:import", pk=pk)
    return render(request, "leads/imports/columns.html", import_columns.context(found, request.GET.get("mapping", "")))


@importing
@once
@require_POST
def reading(request, pk):
    """Another encoding is chosen: the file is read anew with it."""
    found = _draft(pk)
    chosen = request.POST.get("encoding", "")
    if chosen not in encoding.CHOICES:
        raise Http404
    try:
        survey.read_anew(found, encoding=chosen)
    except Unfit as unfit:
        return _with_failure(request, found, unfit.reason)
    if request.POST.get("back") == "columns":
        return redirect("leads:import-columns", pk=pk)
    work.ask_for_check(found)
    return redirect("leads:import", pk=pk)


@importing
@once
@require_POST
def choices(request, pk):
    """The intent and the order of days are decided: the forecast is made anew."""
    found = _draft(pk)
    given = {column: request.POST.get(f"order-{place}") for place, column in enumerate(found.survey["header"])}
    survey.answer(found, intent=request.POST.get("intent"), orders=given)
    work.ask_for_check(found)
    return redirect("leads:import", pk=pk)


@importing
@once
@require_POST
def run(request, pk):
    found = _found(pk)
    if found.state != State.READY:
        raise Refusal(_("This file is not ready to come in."))
    if import_pages.open_questions(found):
        raise Refusal(_("Answer what is open first: the order of days, or the encoding."), status=422)
    receive.start(found, by=request.user, at=timezone.now())
    work.ring(found.pk)
    return redirect("leads:import", pk=pk)


@importing
@once
@require_POST
def stop(request, pk):
    receive.stop(_found(pk), at=timezone.now())
    return redirect("leads:import", pk=pk)


@importing
@once
@require_POST
def taking_back(request, pk):
    found = _found(pk)
    undo.begin(found, by=request.user, at=timezone.now())
    if found.rows_taken <= 200:
        undo.carry_on(found.pk)
    else:
        work.ring(found.pk)
    return redirect("leads:import", pk=pk)


@importing
@once
@require_POST
def removal(request, pk):
    """A file that has not come in is thrown away."""
    _draft(pk).throw_away()
    return redirect("leads:imports")


@importing
@require_safe
def refused_rows(request, pk):
    found = _found(pk)
    name = f"{found.file_name.rsplit('.', 1)[0]}_refused.csv"
    response = StreamingHttpResponse(refused.lines(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@importing
@require_safe
def kept_rows(request, pk):
    """What stays of an import that was taken back, with the reasons."""
    found = _found(pk)
    rows = (
        ImportRow.objects.filter(of=found)
        .exclude(kept__in=["", undo.DONE])
        .select_related("lead__company")
        .order_by("number")
    )
    shown = [{"row": row, "why": import_pages.why_kept(row.kept)} for row in rows[:200]]
    return render(
        request, "leads/imports/kept.html", {"imported": found, "rows": shown, "total": sum(undo.kept(found).values())}
    )


def _with_failure(request, found, reason):
    """The page somebody came from, with what did not work; everything stays as it was chosen before."""
    if request.POST.get("back") == "columns" or found.state != State.READY:
        page, shown = "leads/imports/columns.html", import_columns.context(found)
    else:
        page, shown = "leads/imports/page.html", import_pages.context(found)
    return render(request, page, shown | {"failure": reason}, status=422)


def _found(pk):
    return get_object_or_404(Import.objects.select_related("by", "undone_by"), pk=pk)


def _draft(pk):
    found = _found(pk)
    if found.state not in (State.UPLOADED, State.READY, State.CHECKING):
        raise Refusal(_("This file has already come in."))
    return found
