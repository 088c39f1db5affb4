"""Prints the names of a project's buckets: python list_buckets_discovery.py [PROJECT]

The API client library knows the API from its description, which comes with the package.
"""

import sys

import google.auth
from googleapiclient import discovery
from googleapiclient.errors import HttpError


def main(project: str | None = None) -> None:
    credentials, found_project = google.auth.default()
    with discovery.build("storage", "v1", credentials=credentials) as storage:
        request = storage.buckets().list(project=project or found_project)
        try:
            while request is not None:
                page = request.execute()
                for bucket in page.get("items", []):
                    print(bucket["name"])
                request = storage.buckets().list_next(request, page)
        except HttpError as error:
            sys.exit(f"Cloud Storage says {error.status_code}: {error.reason}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
