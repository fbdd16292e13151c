"""The addresses of the API for kept answers and enquiries."""

from ninja import Router

from luodi.web.advisor.api import enquiries, saved

router = Router()
router.add_router("", saved.router)
router.add_router("", enquiries.router)
