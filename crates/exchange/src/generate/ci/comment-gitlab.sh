#!/bin/sh
# Puts the report into the one note of repot on a merge request: ci/comment-gitlab FILE. Needs REPOT_COMMENT_TOKEN, a token with
# the scope `api`. Made by `repot generate ci`; what you edit stays.
set -eu
report=$1
if [ -z "${CI_MERGE_REQUEST_IID:-}" ] || [ -z "${REPOT_COMMENT_TOKEN:-}" ]; then
    echo "no comment: this is no merge request, or REPOT_COMMENT_TOKEN is not set" >&2
    exit 0
fi
if [ ! -s "$report" ]; then
    echo "there is no $report: the run ended before there was anything to report" >&2
    exit 0
fi
exec python3 - "$report" <<'PY'
import json
import os
import sys
import urllib.request

notes = "{CI_API_V4_URL}/projects/{CI_PROJECT_ID}/merge_requests/{CI_MERGE_REQUEST_IID}/notes".format(**os.environ)
headers = {"PRIVATE-TOKEN": os.environ["REPOT_COMMENT_TOKEN"], "Content-Type": "application/json"}


def call(method, url, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer), answer.headers


def mine():
    page = "1"
    while page:
        found, fields = call("GET", f"{notes}?per_page=100&page={page}")
        for note in found:
            if note["body"].startswith("<!-- repot -->"):
                return note["id"]
        page = fields.get("X-Next-Page", "")
    return None


with open(sys.argv[1], encoding="utf-8") as text:
    body = {"body": text.read()}
old = mine()
call("PUT", f"{notes}/{old}", body) if old else call("POST", notes, body)
PY
