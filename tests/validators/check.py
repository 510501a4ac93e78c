"""check.py SCHEMA DOCUMENT... -- checks that Python's jsonschema accepts each document and rejects broken copies of it."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
BREAKS = [
    lambda d: d.pop("fiscal_year"),
    lambda d: d.update(remark="x"),
    lambda d: d["budget"].update(initial_budget="0339.00"),
    lambda d: d["budget"].update(initial_budget="1\n"),
    lambda d: d["budget"].update(actual_expenditure=280.19),
    lambda d: d["budget"].update(completion_rate="100%"),
    lambda d: d["budget"].update(budget_adjustment="-0.00"),
    lambda d: d.update(unit="万元"),
    lambda d: d["department"].update(name=""),
]
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))]
    if errors:
        sys.exit(f"{path}: {errors}")
    for number, spoil in enumerate(BREAKS):
        document = json.loads(text)
        spoil(document)
        if validator.is_valid(document):
            sys.exit(f"{path}: accepted with break {number}")
print(f"jsonschema: {len(sys.argv) - 2} documents accepted, each refused with {len(BREAKS)} breaks")
