"""Forms of tasks that are sent twice in the same moment are taken once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from motcua.services.tasks.models import Report, Task
from tests.factories import sign_in
from tests.services.tasks.factories import doing, in_days, make_town
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def hidden(client: Client, url: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', client.get(url).content.decode())
    assert found is not None
    return found[1]


def test_two_presses_in_one_moment_make_one_report_and_one_task() -> None:
    town = make_town()
    agency, task = town.agency, doing(town)
    client = sign_in(Client(), agency.first)
    url = reverse("tasks:act", args=[task.pk, "progress"])
    said = {"percent": "60", "text": "Đã rà soát.", "seen": hidden(client, url, "seen")}
    answers = at_once([lambda: client.post(url, said)] * 2)
    assert sorted(each.status_code for each in answers) == [302, 409]
    assert Report.objects.count() == 1

    leader, new = sign_in(Client(), agency.leader), reverse("tasks:new")
    order: dict[str, Any] = {
        "leader": str(agency.leader.pk), "subject": "Rà soát hộ nghèo", "instruction": "Làm ngay",
        "due_on": in_days(5).isoformat(), f"part-{agency.unit.pk}": "leads", "once": hidden(leader, new, "once"),
    }  # fmt: skip
    assert leader.post(new, order | {"subject": ""}).status_code == 422  # what is refused is tried anew
    before = set(Task.objects.values_list("pk", flat=True))
    first, second = at_once([lambda: leader.post(new, order)] * 2)
    made = Task.objects.exclude(pk__in=before).get()
    assert first["Location"] == second["Location"] == reverse("tasks:task", args=[made.pk])
    changed = leader.post(new, order | {"subject": "Rà soát hộ cận nghèo"})
    assert changed.status_code == 409
    assert "Rà soát hộ cận nghèo" in changed.content.decode()
    assert made.pk == Task.objects.exclude(pk__in=before).get().pk
