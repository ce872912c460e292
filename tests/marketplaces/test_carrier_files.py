"""Reading carriers' files: columns, words, times, signs, and what is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from marketplaces.carriers.event_files import (
    ParsedEvents,
    Reading,
    read_carrier_events,
)
from marketplaces.carriers.moments import moment_of
from marketplaces.carriers.words import BEGINNINGS, carrier_word
from marketplaces.enums import DayOrder
from marketplaces.flatfile.refusals import FileRefused
from orders.enums import CarrierWord
from tests.laws.sources import ROOT

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
PACIFIC = ZoneInfo("America/Los_Angeles")
HEAD = "tracking number,event,time\n"


def read(text: str | bytes, order: DayOrder = DayOrder.CERTAIN) -> ParsedEvents:
    """Read a file as a shop on the Pacific coast does."""
    data = text.encode() if isinstance(text, str) else text
    reading = Reading(now=NOW, zone=PACIFIC, day_order=order)
    return read_carrier_events(data=data, reading=reading)


def facts(parsed: ParsedEvents) -> list[tuple[str, str, str]]:
    """Return number, word and instant of each event."""
    return [
        (package.tracking_number, event.word.value, event.at.isoformat())
        for package in parsed.items
        for event in package.events
    ]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "1z 999,Delivered,2026-11-22T09:00:00Z\n",
        "Tracking ID\tStatus\tTimestamp\r\n1Z999\tDELIVERED\t2026-11-22 09:00 UTC\r\n",
        "Sendungsnummer;Ereignis;Datum;Uhrzeit\n1Z999;Zugestellt;22.11.2026;01:00\n",
        'Date|Time|Tracking #|Activity\n2026/11/22|1:00 AM|1Z999|"Delivered, Door"\n',
        'Waybill,Status,Event Time,N\n1Z999,Delivered - Door,2026-11-22 01:00,"a, b"\n',
        "tracking-number,event,date,time zone\n1Z999,DL,2026-11-22 04:00:00,EST\n",
        "sep=;\r\nTracking number;Event;Time\r\n1Z999;Delivered;2026-11-22 01:00\r\n",
        "SEP=\t\nTracking number\tEvent\tTime\n1Z999\tDelivered\t2026-11-22 01:00\n",
    ],
    ids=[
        *("comma", "tab", "semicolon", "bar", "quoted", "zone of its own"),
        *("sign named first", "tab named first"),
    ],
)
def test_columns_signs_and_zones_of_several_carriers(text: str) -> None:
    assert facts(read(text)) == [("1Z999", "delivered", "2026-11-22T09:00:00+00:00")]


def test_a_line_that_names_the_sign_counts_as_a_row_of_the_file() -> None:
    """So the numbers of rejected rows are those that an editor shows."""
    parsed = read(f"sep=,\n{HEAD}1Z999,vanished,2026-11-22 09:00\n")
    assert [error.row for error in parsed.errors] == [3]


def test_a_line_that_names_another_sign_alone_is_a_header() -> None:
    with pytest.raises(FileRefused):
        read(f"sep=#\n{HEAD}1Z999,delivered,2026-11-22 09:00\n")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
def test_characters_of_several_kinds(codec: str) -> None:
    text = "Tracking number;Event;Time\n1Z999;Livré à domicile;2026-11-22 01:00\n"
    assert facts(read(text.encode(codec)))[0][:2] == ("1Z999", "delivered")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Delivered", CarrierWord.DELIVERED),
        ("DELIVERED, FRONT DOOR", CarrierWord.DELIVERED),
        ("Delivered to original sender", CarrierWord.UNDELIVERABLE),
        ("Delivered to UPS Access Point", CarrierWord.ON_THE_WAY),
        ("Delivery attempted - no access", CarrierWord.ON_THE_WAY),
        ("Undelivered", CarrierWord.UNDELIVERABLE),
        ("Out for Delivery", CarrierWord.ON_THE_WAY),
        ("Arrived at USPS Regional Facility", CarrierWord.ON_THE_WAY),
        ("USPS in possession of item", CarrierWord.SHIPPED),
        ("Shipment information sent", CarrierWord.ANNOUNCED),
        ("Label created, not yet in system", CarrierWord.ANNOUNCED),
        ("OD", CarrierWord.ON_THE_WAY),
        ("Return to Sender Processed", CarrierWord.UNDELIVERABLE),
        ("Not delivered", None),
        ("Deliveredish", None),
        ("It was there", None),
        ("", None),
    ],
)
def test_a_word_counts_by_its_longest_beginning(
    text: str, word: CarrierWord | None
) -> None:
    assert carrier_word(text) == word


def test_no_beginning_stands_for_two_words() -> None:
    told = [beginning for each in BEGINNINGS.values() for beginning in each]
    assert len(told) == len(set(told))


def test_the_table_of_words_is_documented() -> None:
    text = (ROOT / "docs" / "carrier-events.md").read_text(encoding="utf-8")
    for word, beginnings in BEGINNINGS.items():
        assert f"| {word.value} | {', '.join(beginnings)} |" in text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-01 01:30", "2026-11-01T08:30:00+00:00"),
        ("13/11/2026 08:00", "2026-11-13T16:00:00+00:00"),
        ("11/13/2026 08:00", "2026-11-13T16:00:00+00:00"),
        ("11/11/2026 12:30 AM", "2026-11-11T08:30:00+00:00"),
        ("3.11.2026, 08:00", "2026-11-03T16:00:00+00:00"),
        ("2026-11-22", "2026-11-22T08:00:00+00:00"),
        ("2026-11-22T09:00:00.123-0500", "2026-11-22T14:00:00+00:00"),
    ],
    ids=["hour twice", "day first", "month first", "both", "dots", "day", "offset"],
)
def test_times_are_read_in_one_way_alone(text: str, instant: str) -> None:
    found = moment_of(text, zone=PACIFIC, order=DayOrder.CERTAIN)
    assert found.at.isoformat() == instant


@pytest.mark.parametrize(
    ("cell", "order", "code"),
    [
        ("03/04/2026 08:00", DayOrder.CERTAIN, "date_ambiguous"),
        ("13/04/2026 08:00", DayOrder.MONTH_FIRST, "date_impossible"),
        ("2026-02-30 08:00", DayOrder.CERTAIN, "date_impossible"),
        ("2026-11-22 25:00", DayOrder.CERTAIN, "date_impossible"),
        ("2026-11-22 13:00 PM", DayOrder.CERTAIN, "date_impossible"),
        ("1926-11-22", DayOrder.CERTAIN, "date_impossible"),
        ("22/11/26", DayOrder.DAY_FIRST, "date_unreadable"),
        ("yesterday", DayOrder.CERTAIN, "date_unreadable"),
        ("2026-11-22 09:00 IST", DayOrder.CERTAIN, "date_without_zone"),
        ("2026-11-28 09:00", DayOrder.CERTAIN, "date_in_future"),
        ("", DayOrder.CERTAIN, "cell_empty"),
    ],
)
def test_a_time_that_is_not_certain_rejects_its_row(
    cell: str, order: DayOrder, code: str
) -> None:
    parsed = read(f"{HEAD}1Z999,delivered,{cell}\n", order)
    assert [error.code for error in parsed.errors] == [code]
    assert (parsed.rows, parsed.items) == (1, ())


def test_the_person_may_say_which_number_is_the_day() -> None:
    text = f"{HEAD}1Z999,delivered,03/04/2026 08:00Z\n"
    said = [facts(read(text, o))[0][2][:10] for o in DayOrder if o.value]
    assert said == ["2026-04-03", "2026-03-04"]


def test_rows_that_cannot_be_read_are_named_and_the_others_read() -> None:
    parsed = read(
        f"{HEAD}1Z999,delivered,2026-11-22 09:00\n"
        "Testa Exampleton,delivered,2026-11-22 09:00\n"
        "1Z998,vanished,2026-11-22 09:00\n"
        "1Z997,delivered\n"
    )
    assert [(e.row, e.code.value, e.order_id) for e in parsed.errors] == [
        (3, "number_unreadable", ""),
        (4, "event_unknown", ""),
        (5, "cell_count", ""),
    ]
    assert "Exampleton" not in " ".join(str(e) for e in parsed.errors)
    assert len(parsed.items) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04 xl/ and more", "is an Excel or office file"),
        (b"\x00\x01\x02" * 50, "is binary"),
        (b"<html><body>sign in</body>", "is a web page"),
        (b"number,what,when\n1,2,3\n", "names no column with a tracking number"),
        (b"tracking number,event\n1Z999,delivered\n", "names no column with a time"),
        (b"event,event,time,awb\nx,y,z,1\n", "has the column event twice"),
        (HEAD.encode(), "holds a header and no events"),
        (HEAD.encode() + b'1Z999,"delivered,2026-11-22\n', "never closed"),
        (
            HEAD.encode() + b'1Z9,"' + b"x" * 30_000 + b'",z\n',
            "never closed",
        ),
        (b"just a text without any sign", "has no tabs, commas or semicolons"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_of_events_is_refused_whole(
    data: bytes, sentence: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        read(data)
    assert sentence in str(refused.value)
