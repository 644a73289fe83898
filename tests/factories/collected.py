"""What KoboToolbox and ODK Central give of a form with a question that is asked repeatedly, as they write it.

KoboToolbox: a workbook with a sheet for the answers and one for each repeated question. All answers are text;
only `_id` and the indexes are numbers. Source: kobotoolbox/formpack, src/formpack/reporting/export.py
(`get_fields_labels_tags_for_all_versions`: `_index` last; of a repeated question `_index`,
`_parent_table_name`, `_parent_index` and the fields of its answer behind `_submission_`; `to_xlsx` writes by
xlsxwriter).

ODK Central: a zip with FORM.csv and FORM-QUESTION.csv. Source: getodk/central-backend, lib/data/briefcase.js
(`getHeader`: groups parted by "-", four columns for a place; `keyForStacks`: a key is
"uuid:.../visits[1]/talks[2]").
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from xlsxwriter import Workbook

from tests.factories.logs import TODAY, mapping, opened, packed, use
from toc.domain.exchange.mapping import Mapping as LogMapping
from toc.domain.exchange.recognising import recognise, suggest

OPTIONS: Final = ("debt", "care", "work")
SCORE: Final[Mapping[str, Any]] = {
    "instrument": "Matrix",
    "edition": "1",
    "item": "i1",
    "moment": "during",
}
HELP: Final = tuple(use(f"visits/help/{option}", "event", subject="other", name=option) for option in OPTIONS)

_ADDED: Final = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
    "_tags",
)


def _answer(number: int, code: str, visits: Sequence[Mapping[str, str]], **more: str) -> dict[str, Any]:
    """What somebody sent about a participant; visits say a day, a score and which help was given."""
    return {"number": number, "code": code, "visits": visits, "status": "validation_status_approved", **more}


ANSWERS: Final = (
    _answer(
        101,
        "P-001",
        [
            {"day": "2025-03-01", "score": "2", "help": "debt care"},
            {"day": "2025-03-08", "score": "3", "help": "care"},
            {"day": "2025-03-15", "score": "4", "help": ""},
        ],
    ),
    _answer(102, "P-002", []),
    _answer(103, "P-003", [{"day": "2025-03-02", "score": "5", "help": "work"}]),
    _answer(
        104,
        "P-004",
        [{"day": "2025-03-03", "score": "1", "help": "debt"}],
        status="validation_status_not_approved",
    ),
)
"""Three visits to one participant, none to another, one each to two; the last answer was not approved."""


def suggested(content: bytes, sheet: str, *columns: Mapping[str, Any]) -> LogMapping:
    """What is suggested for a table, with what somebody says of some of its columns."""
    said = suggest(recognise(opened(content), TODAY, sheet=sheet)).to_json()
    own = {column["header"] for column in columns}
    return mapping(
        *[column for column in said.pop("columns") if column["header"] not in own],
        *columns,
        **{name: value for name, value in said.items() if name != "version"},
    )


def _flags(said: str) -> list[str]:
    """The columns of a question with several answers: joined, then one for each option."""
    chosen = said.split()
    return [said, *(str(int(option in chosen)) if said else "" for option in OPTIONS)]


def kobo(answers: Sequence[Mapping[str, Any]] = ANSWERS, *, first: int = 1) -> bytes:
    """A workbook of KoboToolbox with XML names as headers.

    Args:
        answers: in order; one that was edited may say which `uuid` it has and which one it `replaces`.
        first: index of the first; another export of the same answers may begin elsewhere.
    """
    edited = ["meta/deprecatedID"] if any("replaces" in one for one in answers) else []
    heads = [
        *("start", "end", "intro/code", "intro/explained", "intro/place"),
        *(f"intro/_place_{part}" for part in ("latitude", "longitude", "altitude", "precision")),
        *_ADDED,
        "_index",
        *edited,
    ]
    flags = [f"visits/help/{option}" for option in OPTIONS]
    below = [
        *("visits/day", "visits/care/score", "visits/help", *flags),
        *("_index", "_parent_table_name", "_parent_index"),
        *(f"_submission_{name}" for name in _ADDED),
    ]
    written = io.BytesIO()
    with Workbook(written, {"in_memory": True}) as book:
        main, repeated = book.add_worksheet("Housing first"), book.add_worksheet("visits")
        main.write_row(0, 0, heads)
        repeated.write_row(0, 0, below)
        entry = 0
        for at, one in enumerate(answers):
            added = [
                *(one["number"], one.get("uuid", f"9a1f6a52-{one['number']:04d}"), "2025-03-20T09:00:00"),
                one["status"],
                *("", "submitted_via_web", "worker", "vQ7", ""),
            ]
            place = ["51.92 4.48 0 5", "51.92", "4.48", "0", "5"]
            times = ["2025-03-20T09:50:00.000+01:00", "2025-03-20T10:00:00.000+01:00"]
            main.write_row(at + 1, 0, [*times, one["code"], "", *place, *added, first + at])
            if edited:
                main.write(at + 1, len(heads) - 1, one.get("replaces", ""))
            for visit in one["visits"]:
                entry += 1
                said = [visit["day"], visit["score"], *_flags(visit["help"])]
                tail = [first + entry, "Housing first", first + at, *added]
                repeated.write_row(entry, 0, [*said, *tail])
    return written.getvalue()


def odk(
    answers: Sequence[Mapping[str, Any]] = ANSWERS, *, attachments: Mapping[str, bytes] | None = None
) -> bytes:
    """A zip of ODK Central, with a repeated question in a repeated question: what was talked about."""
    heads = [
        *("SubmissionDate", "intro-code"),
        *(f"intro-place-{part}" for part in ("Latitude", "Longitude", "Altitude", "Accuracy")),
        *(
            "meta-instanceID",
            "KEY",
            "SubmitterID",
            "SubmitterName",
            "AttachmentsPresent",
            "AttachmentsExpected",
        ),
        *("Status", "ReviewState", "DeviceID", "Edits", "FormVersion"),
    ]
    tables: dict[str, list[list[str]]] = {
        "Housing first.csv": [heads],
        "Housing first-visits.csv": [["day", "care-score", "help", "PARENT_KEY", "KEY"]],
        "Housing first-talks.csv": [["minutes", "PARENT_KEY", "KEY"]],
    }
    main, visits, talks = tables.values()
    for one in answers:
        key = f"uuid:9a1f6a52-{one['number']:04d}"
        review = "rejected" if one["status"].endswith("not_approved") else "approved"
        main.append(
            [
                *(
                    "2025-03-20T09:00:00.000Z",
                    one["code"],
                    "51.92",
                    "4.48",
                    "0",
                    "5",
                    key,
                    key,
                    "12",
                    "worker",
                ),
                *("0", "0", "", review, "collect:x", one.get("edits", "0"), "1"),
            ]
        )
        for number, visit in enumerate(one["visits"], start=1):
            here = f"{key}/visits[{number}]"
            visits.append([visit["day"], visit["score"], visit["help"], key, here])
            talks.append([str(10 * number), here, f"{here}/talks[1]"])
    return packed({**{name: _written(rows) for name, rows in tables.items()}, **(attachments or {})})


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
