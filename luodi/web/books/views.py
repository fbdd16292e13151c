from django.http import HttpResponse


def _v(*a, **k):
    return HttpResponse("")


desk = begin = draft = text = history = act = publications = withdraw = download = _v
