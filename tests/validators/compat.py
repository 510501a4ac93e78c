"""compat.py PAIRS -- Python's jsonschema confirms each counter-example that the comparison of schemas found: the one schema accepts it
and the other refuses it."""
import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    pairs = json.load(file)
confirmed = 0
for pair in pairs:
    old, new = Draft202012Validator(pair["old"]), Draft202012Validator(pair["new"])
    for name, accepts, refuses in [("refused_now", old, new), ("accepted_now", new, old)]:
        value = pair[name]
        if value is None:
            continue
        if not accepts.is_valid(value) or refuses.is_valid(value):
            sys.exit(f"{pair['description']}: {name}: {value}")
        confirmed += 1
print(f"{len(pairs)} pairs, {confirmed} counter-examples confirmed")
