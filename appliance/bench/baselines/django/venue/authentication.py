from django.contrib.auth.models import User
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import AuthenticationFailed


class RememberedBasicAuthentication(BasicAuthentication):
    """
    Credentials that were right are remembered, as the appliance does: no password hash per request. The user is read
    each time, as by all of Django's own ways to sign in: another worker may have disabled them.
    """

    remembered = {}

    def authenticate_credentials(self, userid, password, request=None):
        key = (userid, password)
        known = self.remembered.get(key)
        if known is None:
            user, _ = super().authenticate_credentials(userid, password, request)
            self.remembered[key] = user.pk
            return user, None
        user = User.objects.get(pk=known)
        if not user.is_active:
            raise AuthenticationFailed("User inactive or deleted.")
        return user, None
