from rest_framework.routers import DefaultRouter

from venue.views import GameViewSet

router = DefaultRouter()
router.register("games", GameViewSet)
urlpatterns = router.urls
