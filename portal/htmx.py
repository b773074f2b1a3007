from django.shortcuts import redirect, render


def respond(request, fragment, context, *, or_to):
    """The changed pieces for htmx; a redirect for everyone else."""
    if request.htmx:
        return render(request, fragment, context)
    return redirect(or_to)
