"""Prints the names of a project's buckets: python list_buckets.py [PROJECT]

The client library finds the credentials by itself (Application Default Credentials), and the project too where none
is named.
"""

import sys

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import storage


def main(project: str | None = None) -> None:
    client = storage.Client(project=project) if project else storage.Client()
    try:
        for bucket in client.list_buckets():
            print(bucket.name)
    except GoogleAPICallError as error:
        sys.exit(f"Cloud Storage says {error.code}: {error.message}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
