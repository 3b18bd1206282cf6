from django.db import transaction
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from venue.models import Game, Transition
from venue.serializers import GameSerializer, ResultSerializer


class InvalidTransition(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "invalid_transition"


class GameViewSet(mixins.CreateModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    queryset = Game.objects.select_related("player")
    serializer_class = GameSerializer

    @transaction.atomic
    def perform_create(self, serializer):
        game = serializer.save()
        self.record(game, "create", None)

    def record(self, game, name, before):
        Transition.objects.create(
            game=game, action=name, from_state=before, to_state=game.state, actor=self.request.user
        )

    @transaction.atomic
    def step(self, name, allowed, to, result=None):
        game = self.get_queryset().select_for_update(of=["self"]).get(pk=self.kwargs["pk"])
        if game.state != allowed:
            raise InvalidTransition(f"a game that is {game.state} cannot {name}")
        game.state = to
        for field, value in (result or {}).items():
            setattr(game, field, value)
        game.save()
        self.record(game, name, allowed)
        return Response(self.get_serializer(game).data)

    @action(detail=True, methods=["post"])
    def queue(self, request, pk):
        return self.step("queue", "new", "queued")

    @action(detail=True, methods=["post"])
    def recall(self, request, pk):
        return self.step("recall", "queued", "recalled")

    @action(detail=True, methods=["post"])
    def confirm(self, request, pk):
        return self.step("confirm", "recalled", "confirmed")

    @action(detail=True, methods=["post"])
    def play(self, request, pk):
        return self.step("play", "confirmed", "playing")

    @action(detail=True, methods=["post"])
    def complete(self, request, pk):
        result = ResultSerializer(data=request.data)
        result.is_valid(raise_exception=True)
        return self.step("complete", "playing", "completed", result.validated_data)
