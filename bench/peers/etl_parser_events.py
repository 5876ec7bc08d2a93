"""Decodes all events of an .etl with etl-parser, as its own etl2xml does, and turns them into text.

Prints how many there were, and how many of them it could decode.
"""

import sys

from etl.etl import IEtlFileObserver, build_from_stream


class Count(IEtlFileObserver):
    events = 0
    texts = 0

    def on_event_record(self, event):
        self.count(lambda: dict(event.parse_tracelogging().items()), lambda: event.parse_etw().source)

    def on_perfinfo_trace(self, event):
        self.count(lambda: event.get_mof().source)

    on_system_trace = on_perfinfo_trace

    def on_win_trace(self, event):
        self.count(lambda: event.parse_etw().source)

    def on_trace_record(self, event):
        self.count()

    def count(self, *ways):
        self.events += 1
        for way in ways:
            try:
                str(way())
            except Exception:
                continue
            self.texts += 1
            return


count = Count()
with open(sys.argv[1], "rb") as file:
    build_from_stream(file.read()).parse(count)
print(count.events, count.texts)
