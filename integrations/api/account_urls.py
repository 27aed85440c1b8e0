"""URLs of the accounts, under /api/v1."""

from rest_framework.routers import SimpleRouter

from integrations.api import views

router = SimpleRouter(trailing_slash=False)
router.register("wb-accounts", views.WbAccountViewSet)
router.register("moysklad-accounts", views.MoySkladAccountViewSet)

urlpatterns = router.urls
