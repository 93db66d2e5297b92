"""A company whose customers are people: accounts are called by an address, by the number of the person, by a name; and
tickets, messages, answers and contracts by an address.

Belongs here: what is delivered, and what of it must not be found beyond the raw layer. Does not: expected numbers.
"""

from __future__ import annotations

from pathlib import Path

#: What tells a person: no file but those of raw and landing may hold it.
ADDRESSES = (
    "xaverina@private.example",
    "bob.quill@private.example",
    "eve@private.example",
    "holding@private.example",
    "old@private.example",
    "only.heard@private.example",
    "gesa@private.example",
    "gesa%40private.example",
)
NAMES = ("Xaverina Plotzmann", "Kuno Quastenberg", "Ottilie Zwirnlein")
NUMBERS = ("KD-77Q1", "4700815")  # of a person and of the account that is nobody else

#: Files of two deliveries; the second one writes the same addresses in other ways.
FIRST = {
    "accounts.csv": "account_id,account_name,parent_account_id,merged_into,segment,arr_usd\n"
    "xaverina@private.example,Xaverina@private.example,holding@private.example,,private,100\n"
    "Bob.Quill@Private.Example,Kuno Quastenberg (private),,,private,200\n"
    "acct:eve@private.example,Eve's flat,,,private,300\n"
    "KD-77Q1,Ottilie Zwirnlein,,,private,400\n"
    "4700815,Zwirnlein & Co,,,private,500\n"
    "A1,Xaverina Plotzmann,,,private,600\n"
    "A2,Plotzmann Works,,,firm,700\n"
    "A3,orders of eve@private.example,,,firm,800\n"
    "old@private.example,was merged,,A2,private,\n",
    "people.csv": "person_id,account_id,email,full_name\n"
    "p-1,xaverina@private.example,xaverina@private.example,Xaverina Plotzmann\n"
    "p-2,BOB.QUILL@private.example,bob.quill@private.example,Kuno Quastenberg\n"
    "KD-77Q1,,,Ottilie Zwirnlein\n"
    "4700815,4700815,,\n"
    "12,A2,,\n",
    "contracts.csv": "contract_id,account_id,starts_on,renews_on,arr_usd\n"
    "C1,xaverina@private.example,2026-01-01,2026-12-31,100\nC2,old@private.example,2026-01-01,2026-12-31,50\n"
    "gesa@private.example 2026,A2,2026-01-01,2026-12-31,60\n",
    "stage_history.csv": "account_id,stage,entered_at\nxaverina@private.example,adoption,2026-08-01\n",
    "service_levels.csv": "account_id,metric,target_minutes\nxaverina@private.example,first_response,60\n",
    "tickets.csv": "ticket_id,account_id,person_id,created_at,first_reply_at\n"
    "T1,XAVERINA@private.example,p-1,2026-09-01T08:00:00Z,2026-09-01T12:00:00Z\n"
    "T2,old@private.example,,2026-09-02T08:00:00Z,2026-09-02T08:10:00Z\n"
    "gesa@private.example/7,A2,,2026-09-05T08:00:00Z,2026-09-07T12:00:00Z\n",
    "messages.csv": "message_id,channel,author_kind,body,sent_at,account_id,person_id,ticket_id,conversation_id\n"
    "m1,ticket,customer,This is terrible and slow,2026-09-01T10:00:00Z,Xaverina@Private.example,,T1,\n"
    "m2,email,customer,Great help and fast too says Kuno,2026-09-02T10:00:00Z,bob.quill@private.example,,,\n"
    "m3,email,customer,I love it,2026-09-03T10:00:00Z,KD-77Q1,,,\n"
    "m4,email,customer,I hate it,2026-09-04T10:00:00Z,4700815,,,\n"
    "m5,email,customer,It is wonderful,2026-09-05T10:00:00Z,only.heard@private.example,,,\n"
    "m6,email,customer,Thank you so much,2026-09-06T10:00:00Z,,p-1,,\n"
    "<gesa@private.example>,ticket,customer,So annoying,2026-09-05T09:00:00Z,,,gesa@private.example/7,\n"
    "c1,chat,customer,It is splendid,2026-09-06T09:00:00Z,A2,,,chat:gesa@private.example\n"
    "c2,chat,customer,It is dreadful,2026-09-06T09:05:00Z,A2,,,chat:gesa@private.example\n",
    "invitations.csv": "invitation_id,survey_type,account_id,invited_at\nI1,nps,eve@private.example,2026-09-01\n"
    "I:gesa@private.example,nps,A2,2026-09-01\n",
    "labels.csv": "message_id,label,labelled_by,labelled_at\n<gesa@private.example>,-1,us,2026-09-08\n",
    "usage.csv": "account_id,metric,used_on,value\nxaverina@private.example,failed_payments,2026-09-07,1\n"
    "only.heard@private.example,logins,2026-09-08,3\n",
    "actions.csv": "action_id,account_id,play,started_at\nX1,bob.quill@private.example,call,2026-09-01\n"
    "call to gesa@private.example,A2,call,2026-09-02\n",
    "events_calendar.csv": "event_id,name,kind,starts_on,ends_on\n"
    "gesa@private.example,fair,other,2026-09-01,2026-09-02\n",
}
SECOND = {
    "more/survey_responses.csv": "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,"
    "account_id,invitation_id,verbatim\n"
    "r1,nps,9,0,10,true,2026-09-10,XAVERINA@PRIVATE.EXAMPLE,,Lovely\n"
    "r2,nps,2,0,10,true,2026-09-11,,I1,Awful\n"
    "gesa%40private.example:1,nps,4,0,10,true,2026-09-11,,I:gesa@private.example,\n",
    "more/messages.csv": "message_id,channel,author_kind,body,sent_at,account_id\n"
    "m7,email,customer,Still wonderful,2026-09-14T10:00:00Z,Only.Heard@private.example\n",
    "more/accounts.csv": "account_id,account_name,segment,arr_usd,updated_at\n"
    "XAVERINA@private.example,xaverina@private.example,private,150,2026-09-12T00:00:00Z\n",
    "more/usage.csv": "account_id,metric,used_on,value\nXaverina@private.example,logins,2026-09-09,2\n",
}


def deliver(folder: Path, *deliveries: dict[str, str]) -> Path:
    """Write the files; returns the folder."""
    for name, text in (file for files in deliveries for file in files.items()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
