"""Survey responses as vendors' interfaces answer, for timing their readers: SurveyMonkey, Delighted.

Belongs here: the pages of these vendors, in the shapes they document. Does not: other vendors, writing files
(``ingest_pages``). Objects carry the keys that real answers carry and nobody reads, for those cost time too.
"""

from __future__ import annotations

from benchmarks.ingest_draw import Draw, Made


def surveymonkey(n: int, draw: Draw) -> Made:
    """A page of ``responses/bulk?simple=true``: a score and an open answer."""

    def response(number: int) -> Made:
        score = {
            "id": "101",
            "variant_id": "",
            "family": "single_choice",
            "subtype": "vertical",
            "heading": "How likely is it that you would recommend us to a friend?",
            "answers": [{"choice_id": str(draw.below(11)), "simple_text": str(draw.below(11))}],
        }
        words = {
            "id": "102",
            "family": "open_ended",
            "subtype": "essay",
            "heading": "Why?",
            "answers": [{"text": draw.text(), "simple_text": "x"}],
        }
        return {
            "id": str(118_000_000 + number),
            "recipient_id": "",
            "collection_mode": "default",
            "response_status": "completed",
            "custom_value": "",
            "first_name": "",
            "last_name": "",
            "email_address": "",
            "ip_address": "192.0.2.1",
            "logic_path": {},
            "metadata": {"contact": {"email": {"type": "string", "value": f"p{draw.below(5_000)}@example.com"}}},
            "page_path": [],
            "collector_id": "50253586",
            "survey_id": "105723396",
            "custom_variables": {"account_id": f"A-{draw.below(500):05d}"},
            "edit_url": "https://www.surveymonkey.com/r/",
            "analyze_url": "https://www.surveymonkey.com/analyze/",
            "total_time": 144,
            "date_modified": draw.time(),
            "date_created": draw.time(),
            "href": f"https://api.surveymonkey.com/v3/surveys/1/responses/{number}",
            "pages": [{"id": "73527947", "questions": [score, words]}],
        }

    return {"data": [response(number) for number in range(n)], "per_page": n, "page": 1, "total": n, "links": {}}


def delighted(n: int, draw: Draw) -> list[Made]:
    """The array of survey responses, with ``expand[]=person``."""
    return [
        {
            "id": str(5_000_000 + number),
            "person": {
                "id": str(8_000_000 + draw.below(5_000)),
                "email": f"p{draw.below(5_000)}@example.com",
                "name": "Cleo",
                "created_at": draw.seconds(),
                "phone_number": None,
            },
            "survey_type": "nps",
            "score": draw.below(11),
            "comment": draw.text(),
            "permalink": f"https://app.delighted.com/r/{draw.uuid()}",
            "created_at": draw.seconds(),
            "updated_at": draw.one_of(None, draw.seconds()),
            "person_properties": {"Account ID": f"A-{draw.below(500):05d}", "Country": "DE", "Plan": "team"},
            "notes": [],
            "tags": ["eu"],
            "additional_answers": [],
        }
        for number in range(n)
    ]
