"""Goes over all events of an .etl with dissect.etl and looks at what wsktrace info looks at: provider and time.

Prints how many events there were.
"""

import sys

from dissect.etl import ETL

events = 0
last = None
with open(sys.argv[1], "rb") as file:
    for record in ETL(file):
        last = (record.header.provider_id, record.header.timestamp)
        events += 1
print(events, events)
