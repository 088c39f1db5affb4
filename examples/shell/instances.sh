#!/usr/bin/env bash
# Prints the instances of a zone, one a line, with their state: instances.sh [PROJECT] [ZONE]
# Where nothing is said, the VM's own project and zone.
set -euo pipefail

metadata() {
  curl --silent --show-error --fail --header 'Metadata-Flavor: Google' \
    "http://metadata.google.internal/computeMetadata/v1/$1"
}

project=${1:-$(metadata project/project-id)}
zone=${2:-$(metadata instance/zone)}
token=$("$(dirname "$0")/token.sh")

# The metadata server names a zone in full: projects/NUMBER/zones/ZONE.
answer=$(curl --silent --show-error -H "Authorization":"Bearer ${token}" \
  "https://compute.googleapis.com/compute/v1/projects/${project}/zones/${zone##*/}/instances")

if [ "$(jq 'has("error")' <<<"$answer")" = true ]; then
  jq --raw-output '"Compute Engine says \(.error.code): \(.error.message)"' <<<"$answer" >&2
  exit 1
fi
jq --raw-output '.items[]? | "\(.name) \(.status)"' <<<"$answer"
