#!/usr/bin/env bash
# Asks a server what schemathesis makes up from its OpenAPI file: no 5xx, and every answer as the file says.
#
#     Tests/Server/schema.sh URL [schemathesis' options]        such as http://127.0.0.1:8080 --max-examples 200
#
# Needs schemathesis (PyPI) in PATH. That valid requests are accepted isn't checked: what it makes up is no picture, no label
# of a template and no stored key, which the file's words can't say.
set -euo pipefail
url=${1:?"Tests/Server/schema.sh: expected the server's address"}
shift
exec schemathesis run "$url/openapi.json" --url "$url" --checks all --exclude-checks positive_data_acceptance "$@"
