"""A person who asks in plain English is understood without a model; a note is not taken for one."""

from __future__ import annotations

import pytest

from vaultskillet.core.requests import requested_work

REQUESTS = {
    "code": """
        Write a Python function that sorts a list
        Write me a bash script that renames all files in a folder
        Implement binary search in Rust
        Can you write a regular expression for postcodes?
        Fix the bug in this loop
        Please convert this code to TypeScript
        Give me a one-liner that counts lines
        Generate a Dockerfile for a Flask app
        Optimize this query
        How do I reverse a string in JavaScript?
        Write an Excel formula that sums a column
        Rewrite this class without inheritance
        I want you to write a program that plays chess
        Could you help me write a macro for my spreadsheet?
        Explain this stack trace
        Port the script to Go
        Set up a cron job that deletes old files
        Turn this JSON into a struct
    """,
    "creative": """
        Write a story about a dragon who is afraid of heights
        Write a short poem about autumn
        Tell me a joke
        Compose a song for my daughter's birthday
        Come up with ten names for a cat
        Suggest a title for my talk
        Draft a toast for my sister's wedding
        Give me ideas for a birthday party
        Make up a bedtime story
        Think of a tagline for a bakery
        Please write a letter from Santa
        Help me write a speech for the reunion
        Write a blog post about sourdough
        Invent a riddle
        Write a story about a function that fell in love
        Write an email to my landlord about the heating
        I’d like you to write a sonnet
    """,
    "extraction": """
        List all people mentioned in this note
        Who is mentioned in this note?
        What are the deadlines in this note?
        Give me every date in the text
        Which books are named here?
        Find the email addresses
        What tasks are still open?
        Pull the figures out of this report
        Show me the names of the attendees
        Collect the links from this note
        When is the deadline?
        Name the places they visited
        Get all phone numbers from the minutes
        Can you list the ingredients?
        Who attended?
        Gather all quotes by Seneca
    """,
}
EACH = [
    (category, text.strip())
    for category, texts in REQUESTS.items()
    for text in texts.strip().splitlines()
]


@pytest.mark.parametrize(("category", "text"), EACH)
def test_what_is_asked_for_tells_the_kind_of_work(category: str, text: str) -> None:
    assert requested_work(text) == category
    assert requested_work(f"> {text.upper()}") == category


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Summarize the meeting",
        "The Python function that sorts a list is stable.",
        "# Write a Python function",
        "- [ ] Write a bash script for the backup",
        "You need to create new content, perhaps a website.",
        "When people speak of government software, they think of old code.",
        "When two rivers meet, tales are told of the people there.",
        "What made her write is a long story.",
        "Writers and their stories",
        "Make room. The story comes later.",
        "Tell: all names are changed",
        "A list of the books that I read in May",
        "Give it time and put the bread in the oven while the children play in the garden: dates",
    ],
)
def test_a_note_is_not_taken_for_a_request(text: str) -> None:
    assert requested_work(text) is None
