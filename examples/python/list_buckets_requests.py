"""Prints the names of a project's buckets with nothing but requests: python list_buckets_requests.py [PROJECT]

Fetches an access token from the metadata server by hand, and sends it with the call.
"""

import sys

import requests

METADATA = "http://metadata.google.internal/computeMetadata/v1"
BUCKETS = "https://www.googleapis.com/storage/v1/b"
TIMEOUT_SECONDS = 10


def ask_metadata(path: str) -> requests.Response:
    """Asks the metadata server; it answers nobody who leaves out the header."""
    response = requests.get(
        f"{METADATA}/{path}",
        headers={"Metadata-Flavor": "Google"},
        timeout=TIMEOUT_SECONDS,
    )
    response.raise_for_status()
    return response


def main(project: str | None = None) -> None:
    project = project or ask_metadata("project/project-id").text
    token = ask_metadata("instance/service-accounts/default/token").json()
    response = requests.get(
        BUCKETS,
        params={"project": project},
        headers={"Authorization": f"{token['token_type']} {token['access_token']}"},
        timeout=TIMEOUT_SECONDS,
    )
    answer = response.json()
    if not response.ok:
        sys.exit(f"Cloud Storage says {response.status_code}: {answer['error']['message']}")
    for bucket in answer.get("items", []):
        print(bucket["name"])


if __name__ == "__main__":
    main(*sys.argv[1:2])
