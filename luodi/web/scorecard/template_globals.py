"""What every page may use of this app."""

from typing import Final

from luodi.web.scorecard.views.figures import band_shown, proof_name, rate_shown, share_shown, takes_shown

GLOBALS: Final[dict[str, object]] = {
    "band_shown": band_shown,
    "plan_share": share_shown,
    "rate_shown": rate_shown,
    "takes_shown": takes_shown,
    "proof_name": proof_name,
}
