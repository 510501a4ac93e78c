"""python.py jsonschema|jsonschema-rs < {"schema", "texts"} > one verdict a line"""
import json
import sys

given = json.load(sys.stdin)
if sys.argv[1] == "jsonschema":
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(given["schema"])
    is_valid = jsonschema.Draft202012Validator(given["schema"]).is_valid
else:
    import jsonschema_rs

    is_valid = jsonschema_rs.Draft202012Validator(given["schema"]).is_valid
for text in given["texts"]:
    try:
        verdict = "valid" if is_valid(json.loads(text)) else "invalid"
    except (ValueError, RecursionError, UnicodeError):
        verdict = "not-json"
    print(verdict)
