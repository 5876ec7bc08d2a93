"""Sums, from a callgrind file, what the driver's own sources execute, and what they have memcpy and memset do for them.

usage: count.py CALLGRIND-FILE SENDS LIMIT

The rest of the kernel is a fake one: what it executes says nothing about Windows. Its functions that the driver calls
are listed with how often. Exit status 1: more than LIMIT instructions for each send.
"""
import collections
import re
import sys

MEMORY = re.compile(r"mem(cpy|set|move|cmp)")


def main(path, sends, limit):
    names = {"fl": {}, "fn": {}}
    costs, calls = collections.Counter(), collections.Counter()
    file = function = callee = ""
    called, ours = 0, False
    own = set()

    def name(kind, text):
        """callgrind writes a name once, as (number) name, and then (number)."""
        number, _, rest = text.partition(" ")
        if rest:
            names[kind][number] = rest
        return names[kind][number]

    for line in open(path):
        line = line.rstrip("\n")
        key, _, text = line.partition("=")
        if key in ("fl", "fi", "fe"):
            file = name("fl", text)
        elif key in ("cfi", "cfl"):
            name("fl", text)
        elif key == "fn":
            function = name("fn", text)
            ours = "/capture-driver/src/" in file
            if ours:
                own.add(function)
        elif key == "cfn":
            callee = name("fn", text)
        elif key in ("ob", "cob"):
            pass
        elif key == "calls":
            called = int(text.split()[0])
        elif line[:1] in "+-*0123456789" and line[:1]:
            cost = int(line.split()[1])
            if ours and not called:
                costs[function] += cost
            elif ours and MEMORY.search(callee):
                costs["memcpy, memset"] += cost
            elif ours:
                calls[callee] += called
            called = 0
    total = sum(costs.values()) / sends
    for function, cost in costs.most_common():
        if cost >= sends:
            print(f"{cost / sends:9.1f}  {function}")
    print(f"{total:9.1f}  instructions for each send, at most {limit}")
    kernel = ", ".join(f"{n} {c / sends:g}" for n, c in calls.most_common() if n not in own and c >= sends)
    print(f"           of the kernel and the client, each send calls: {kernel}")
    return total > limit


sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
