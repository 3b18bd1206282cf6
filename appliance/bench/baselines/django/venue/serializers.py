from rest_framework import serializers

from venue.models import Consent, Game, Player


class PlayerSerializer(serializers.ModelSerializer):
    consent = serializers.DictField(child=serializers.BooleanField(), write_only=True, default=dict)

    class Meta:
        model = Player
        fields = ["id", "name", "phone", "consent"]
        read_only_fields = ["id"]

    def create(self, validated_data):
        consent = validated_data.pop("consent")
        player = Player.objects.create(**validated_data)
        Consent.objects.bulk_create(
            Consent(player=player, kind=kind, granted=granted) for kind, granted in consent.items()
        )
        return player


class GameSerializer(serializers.ModelSerializer):
    player = PlayerSerializer()

    class Meta:
        model = Game
        fields = ["id", "player", "state", "score", "distance", "homeruns", "created_at", "state_at"]
        read_only_fields = ["id", "state", "score", "distance", "homeruns"]

    def create(self, validated_data):
        player = self.fields["player"].create(validated_data["player"])
        return Game.objects.create(player=player)


class ResultSerializer(serializers.ModelSerializer):
    class Meta:
        model = Game
        fields = ["score", "distance", "homeruns"]
        extra_kwargs = {name: {"required": True, "allow_null": False} for name in fields}
