#!/usr/bin/env bash
# Prints an access token of this VM's service account. It is a secret: whoever has it can act as that account.
set -euo pipefail

curl --silent --show-error --fail --header 'Metadata-Flavor: Google' \
  http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token |
  jq --raw-output .access_token
