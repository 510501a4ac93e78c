#!/usr/bin/env python3
"""Validates SARIF logs against the official schema of SARIF 2.1.0.

Usage: sarif.py SCHEMA LOG…     (needs jsonschema; npm's @microsoft/sarif-multitool-linux contains the schema)
"""
import json, sys

import jsonschema

schema = json.load(open(sys.argv[1], encoding="utf-8"))
validator = jsonschema.validators.validator_for(schema)(schema)
results = 0
for path in sys.argv[2:]:
    log = json.load(open(path, encoding="utf-8"))
    for error in validator.iter_errors(log):
        sys.exit(f"{path}: {error.json_path}: {error.message[:200]}")
    results += sum(len(run["results"]) for run in log["runs"])
    # Make sure that the schema rejects something.
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator.is_valid(log), "a level that there is none of is accepted"
assert results, "no result was looked at"
print(f"SARIF 2.1.0: {len(sys.argv) - 2} logs with {results} results are valid")
