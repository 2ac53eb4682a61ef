"""Addresses of procedures."""

from django.urls import path

from motcua.services.procedures.pages import cases, desk, events, guides, guiding, offering, portal

app_name = "procedures"
urlpatterns = [
    path("procedures/", portal.search, name="search"),
    path("procedures/suggest/", portal.suggest, name="suggest"),
    path("procedures/<str:code>/", portal.procedure, name="procedure"),
    path("procedures/<str:code>/compare/", cases.comparison, name="compare"),
    path("procedures/<str:code>/cases/<str:case>/checklist/", cases.checklist, name="checklist"),
    path("procedures/<str:code>/cases/<str:case>/checklist.pdf", cases.checklist_file, name="checklist-file"),
    path("for/<str:audience>/", events.audience, name="audience"),
    path("life-events/<str:event>/", events.event, name="life-event"),
    path("guides/", guides.index, name="guides"),
    path("guides/<slug:guide>/", guides.start, name="guide"),
    path("guides/<slug:guide>/questions/", guides.questions, name="guide-questions"),
    path("guides/<slug:guide>/result/", guides.result, name="guide-result"),
    path("desk/guides/", guiding.overview, name="desk-guides"),
    path("desk/guides/new/", guiding.upload, name="desk-guide-upload"),
    path("desk/guides/<slug:guide>/<int:number>/", guiding.version, name="desk-guide"),
    path("desk/guides/<slug:guide>/<int:number>/publish/", guiding.publish, name="desk-guide-publish"),
    path("desk/guides/<slug:guide>/<int:number>/withdraw/", guiding.withdraw, name="desk-guide-withdraw"),
    path("desk/life-events/", offering.overview, name="desk-events"),
    path("desk/life-events/<str:event>/", offering.event, name="desk-event"),
    path("desk/catalogue/", desk.catalogue, name="desk-catalogue"),
    path("desk/catalogue/packages/", desk.upload, name="desk-upload"),
    path("desk/catalogue/<str:code>/", desk.procedure, name="desk-procedure"),
    path("desk/catalogue/<str:code>/filing/", desk.switch_filing, name="desk-filing"),
    path("desk/catalogue/<str:code>/life-events/", desk.choose_life_events, name="desk-life-events"),
    path("desk/catalogue/<str:code>/<int:number>/", desk.version, name="desk-version"),
    path("desk/catalogue/<str:code>/<int:number>/publish/", desk.publish, name="desk-publish"),
]
