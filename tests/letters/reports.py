"""A delivery report (RFC 3464), as a relay sends it back."""

from __future__ import annotations

REPORT = """\
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
{more}Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="frontier"

--frontier
Content-Type: text/plain

It could not be delivered.

--frontier
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such
    mailbox here

--frontier
Content-Type: message/rfc822

Subject: La semaine

--frontier--
"""
