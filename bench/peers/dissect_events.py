"""Decodes all events of an .etl with dissect.etl and turns them into text.

Prints how many there were, and how many of them it could turn into text; fields are in it only where dissect.etl has the
provider's manifest.
"""

import sys

from dissect.etl import ETL

events = 0
texts = 0
with open(sys.argv[1], "rb") as file:
    for record in ETL(file):
        events += 1
        try:
            str(record.event)
            texts += 1
        except Exception:
            pass
print(events, texts)
