#!/usr/bin/env bash
# Makes two calls that are refused, and prints what the API says to each.
set -euo pipefail

project=$(curl --silent --show-error --fail --header 'Metadata-Flavor: Google' \
  http://metadata.google.internal/computeMetadata/v1/project/project-id)
token=$("$(dirname "$0")/token.sh")

say() {
  jq --raw-output --arg call "$1" 'if .error then "\($call): \(.error.code) \(.error.message)" else "\($call): allowed" end'
}

# With a token, but without a role that allows this.
curl --silent --show-error -H "Authorization":"Bearer ${token}" \
  "https://iam.googleapis.com/v1/projects/${project}/serviceAccounts" | say 'service accounts'

# Without a token.
curl --silent --show-error "https://storage.googleapis.com/storage/v1/b?project=${project}" | say 'buckets, without a token'
