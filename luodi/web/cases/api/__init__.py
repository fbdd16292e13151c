"""The addresses of the API for cases, their documents, and calendars."""

from ninja import Router

from luodi.web.cases.api import calendars, cases, proofs

router = Router()
router.add_router("", cases.router)
router.add_router("", calendars.router)
router.add_router("", proofs.router)
