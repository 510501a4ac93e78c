"""python.py jsonschema|jsonschema-rs FILE -- FILE holds {"schema", "texts"}; prints one verdict a line"""
import json
import sys

with open(sys.argv[2], encoding="utf-8") as file:
    given = json.load(file)
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
