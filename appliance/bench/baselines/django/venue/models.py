import uuid

from django.conf import settings
from django.db import models


class Player(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=40, null=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Consent(models.Model):
    player = models.ForeignKey(Player, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    granted = models.BooleanField()
    at = models.DateTimeField(auto_now_add=True)


class Game(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    player = models.ForeignKey(Player, on_delete=models.PROTECT)
    state = models.CharField(max_length=12, default="new", db_index=True)
    score = models.IntegerField(null=True)
    distance = models.FloatField(null=True)
    homeruns = models.IntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    state_at = models.DateTimeField(auto_now=True)


class Transition(models.Model):
    game = models.ForeignKey(Game, on_delete=models.PROTECT)
    action = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, null=True)
    to_state = models.CharField(max_length=12)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField(auto_now_add=True)
