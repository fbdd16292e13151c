"""Headers that keep a page to itself: everything from here, nothing inline, no frame around it."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
#: What a browser may offer to pages, all refused but passkeys.
_REFUSED: Final = (
    "accelerometer autoplay bluetooth browsing-topics camera display-capture encrypted-media fullscreen gamepad "
    "geolocation gyroscope hid identity-credentials-get idle-detection interest-cohort local-fonts magnetometer "
    "microphone midi payment picture-in-picture screen-wake-lock serial storage-access usb web-share "
    "window-management xr-spatial-tracking"
).split()
_FEATURES: Final = ", ".join(
    [*(f"{name}=()" for name in _REFUSED), "publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


def headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the content security policy, without exceptions."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Permissions-Policy"] = _FEATURES
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        if request.path_info.startswith("/api/"):  # for programs: a browser must not show it as a page of ours
            response.headers.setdefault("Content-Disposition", 'attachment; filename="api.json"')
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        return response

    return answer
