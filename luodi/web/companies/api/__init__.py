"""The addresses of the API for companies, and files of them."""

from ninja import Router

from luodi.web.companies.api import companies, imports

router = Router()
router.add_router("", companies.router)
router.add_router("", imports.router)
