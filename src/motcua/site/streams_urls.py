"""What ``motcua streams`` answers; the other addresses are known for the links of its error pages."""

from django.urls import path

from motcua.kernel.streams.serving import follow
from motcua.site import urls

urlpatterns = [path("streams/<str:name>/<str:key>/", follow), *urls.urlpatterns]

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
