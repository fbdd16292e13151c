"""The addresses of the API for books, law and changes."""

from ninja import Router

from luodi.web.library.api import editions, reading

router = Router()
router.add_router("", reading.router)
router.add_router("", editions.router)
