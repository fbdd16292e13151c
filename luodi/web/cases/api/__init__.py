"""The addresses of the API for cases, their documents, calendars and observed times."""

from ninja import Router

from luodi.web.cases.api import calendars, cases, next_facts, observed, proofs

router = Router()
router.add_router("", cases.router)
router.add_router("", calendars.router)
router.add_router("", observed.router)
router.add_router("", proofs.router)
router.add_router("", next_facts.router)
