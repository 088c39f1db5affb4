"""Prints which project and which service account this program was given, and how many buckets it sees.

google.auth finds both; its session sends the token with each call and fetches a new one in time.
"""

import sys

import google.auth
from google.auth.transport.requests import AuthorizedSession

CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"


def main() -> None:
    credentials, project = google.auth.default(scopes=[CLOUD_PLATFORM])
    session = AuthorizedSession(credentials)
    response = session.get("https://storage.googleapis.com/storage/v1/b", params={"project": project})
    answer = response.json()
    print(f"project: {project}")
    print(f"account: {credentials.service_account_email}")
    if not response.ok:
        sys.exit(f"Cloud Storage says {response.status_code}: {answer['error']['message']}")
    print(f"buckets: {len(answer.get('items', []))}")


if __name__ == "__main__":
    main()
