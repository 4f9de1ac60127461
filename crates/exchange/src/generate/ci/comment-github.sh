#!/bin/sh
# Puts the report into the one comment of repot on a pull request: ci/comment-github FILE. Needs GH_TOKEN, NUMBER and
# GITHUB_REPOSITORY. Made by `repot generate ci`; what you edit stays.
set -eu
report=$1
if [ ! -s "$report" ]; then
    echo "there is no $report: the run ended before there was anything to report" >&2
    exit 0
fi
comments="repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments"
id=$(gh api --paginate "$comments" --jq '.[] | select(.body | startswith("<!-- repot -->")) | .id' | head -n 1)
if [ -n "$id" ]; then
    gh api --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" --field "body=@$report" >/dev/null
else
    gh api --method POST "$comments" --field "body=@$report" >/dev/null
fi
