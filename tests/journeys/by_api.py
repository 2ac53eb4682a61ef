"""Journeys over ``/api/v1``: a program with the tokens of the people it acts for."""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from tests.journeys.house import House
from tests.journeys.table import Journey
from tests.journeys.travel import ANSWER, GROUNDS, ITEM, REASON, SORRY, Told


class ApiHands:
    """Every act is a request that must succeed."""

    def __init__(self, house: House, client: httpx.Client, scan: Path) -> None:
        self.house, self.client, self.scan = house, client, scan

    def find(self, journey: Journey, *, by: str) -> None:
        found = self._get("/procedures", by=by, q=journey.package.manifest.name)
        assert journey.code in [entry["code"] for entry in found["items"]]
        assert self._get(f"/procedures/{journey.code}", by=by)["code"] == journey.code

    def apply(self, journey: Journey, *, desk: str) -> str:
        at_counter = journey.channel == "counter"
        by = desk if at_counter else journey.account
        kind = journey.person["kind"]
        applicant = {
            "kind": kind,
            "name": journey.person["name"],
            "identity_number" if kind == "citizen" else "tax_code": journey.applicant,
        }
        filing = {
            "procedure": journey.code,
            "case": journey.case,
            "channel": journey.channel,
            "office": journey.office,
            "applicant": applicant,
            "form": journey.answers,
            "papers": [{"paper": code, "file": self._upload(by)} for code, _name in journey.required_papers],
            "return_method": "desk" if at_counter else "online",
            "accept": at_counter,
        }
        filed = self._post("/dossiers", filing, by=by)
        return str(filed["code"] or filed["submission_number"])

    def accept(self, number: str, *, by: str) -> None:
        self._act(number, "accept", by=by)

    def refuse(self, number: str, *, by: str) -> None:
        self._act(number, "refuse", by=by, reason=REASON)

    def ask_for_supplement(self, number: str, *, by: str) -> None:
        self._act(number, "request_supplement", by=by, items=[ITEM], reason=REASON)

    def propose_supplement(self, number: str, *, approver: str, by: str) -> None:
        asked = {"items": [ITEM], "reason": REASON, "grounds": GROUNDS, "approver": approver}
        self._act(number, "propose_supplement", by=by, **asked)

    def approve_supplement(self, number: str, *, by: str) -> None:
        (waiting,) = [each for each in self._get("/approvals", by=by)["items"] if each["dossier"] == number]
        assert waiting["grounds"] == GROUNDS
        self._act(number, "approve_supplement", by=by, proposal=waiting["proposal"])

    def bring_supplement(self, number: str, *, by: str) -> None:
        papers = [{"name": ITEM, "file": self._upload(by)}]
        self._act(number, "answer_supplement", by=by, answer=ANSWER, papers=papers)

    def extend(self, number: str, *, by: str) -> None:
        self._act(number, "extend", by=by, value=3, unit="working_days", reason=SORRY)

    def withdraw(self, number: str, *, by: str) -> None:
        self._act(number, "withdraw", by=by, reason=REASON)

    def collect(self, number: str, *, by: str) -> None:
        (offer,) = [each for each in self._offers(number, by=by) if each["action"] == "collect_fee"]
        for fee in offer["input"]["properties"]["fee"]["enum"]:
            self._act(number, "collect_fee", by=by, fee=fee, method="cash")

    def prepare(self, step: Any, data: dict[str, Any], *, by: str) -> None:
        self._act(step.number, "prepare_result", by=by, step=str(step.id), data=data)

    def finish(self, step: Any, outcome: str, *, by: str) -> None:
        self._act(step.number, "complete", by=by, step=str(step.id), **({"outcome": outcome} if outcome else {}))

    def initial(self, step: Any, *, by: str) -> None:
        self._act(step.number, "initial", by=by, step=str(step.id))

    def sign(self, step: Any, *, by: str) -> None:
        self._act(step.number, "sign", by=by, step=str(step.id))

    def seal(self, step: Any, *, by: str) -> None:
        self._act(step.number, "seal", by=by, step=str(step.id))

    def give_back(self, number: str, journey: Journey, *, by: str) -> None:
        method = "online" if journey.channel == "online" else "desk"
        signed = {"proof": "signature", "number": "12"} if method == "desk" else {}
        given = {"to_name": journey.person["name"], **signed}
        self._act(number, "return", by=by, method=method, **given)

    def result(self, number: str, *, by: str) -> bytes:
        answer = self.client.get(f"/dossiers/{number}/result", headers=self._headers(by))
        assert answer.status_code == 200, answer.text
        return answer.content

    def stands(self, number: str, place: str, *, by: str, step: Any = None) -> None:
        """In the inbox, which holds what is to be signed, too; for the counter's queues there are the states."""
        if step is not None:
            waiting = [row["step"]["id"] for row in self._get("/inbox", by=by, limit=200)["items"]]
            assert str(step.id) in waiting, (place, by, waiting)
            return
        state = {"reception": "submitted", "returns": "decided"}[place]
        waiting = [row["number"] for row in self._get("/dossiers", by=by, state=state, limit=200)["items"]]
        assert number in waiting, (place, by, waiting)

    def story(self, number: str, *, by: str) -> list[Told]:
        told = self._get(f"/dossiers/{number}/timeline", by=by)["items"]
        return [
            Told(line["title"], datetime.fromisoformat(line["at"]), f"{line['position']} · {line['agency']}")
            for line in told
        ]

    def _offers(self, number: str, *, by: str) -> list[Any]:
        return list(self._get(f"/dossiers/{number}/actions", by=by)["items"])

    def _act(self, number: str, action: str, /, *, by: str, **given: Any) -> None:
        assert action in [offer["action"] for offer in self._offers(number, by=by)], (action, by)
        moved = self._post(f"/dossiers/{number}/actions/{action}", given, by=by)
        assert moved["went_on"]

    def _upload(self, by: str) -> str:
        sent = {"file": (self.scan.name, self.scan.read_bytes(), "application/pdf")}
        answer = self.client.post("/files", files=sent, headers=self._headers(by))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def _get(self, path: str, *, by: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query, headers=self._headers(by))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _post(self, path: str, given: Any, *, by: str) -> Any:
        headers = {**self._headers(by), "Idempotency-Key": str(uuid4())}
        answer = self.client.post(path, json=given, headers=headers)
        assert answer.is_success, f"{path} {given} → {answer.text}"
        return answer.json()

    def _headers(self, by: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.house.tokens[by]}"}
