"""What google-auth learns of a metadata server, told in lines of JSON for clients/python.test.ts.

    facts          everything that google.auth.compute_engine can ask
    credentials    access tokens and identity tokens
    watch KEY      each value of an attribute of the instance, until somebody deletes it
"""

import json
import sys

import google.auth
from google.auth import compute_engine
from google.auth.compute_engine import _metadata
from google.auth.transport.requests import Request
from google.oauth2 import id_token

AUDIENCE = "https://python.example"
WAIT_SECONDS = 2
# Longer than the server waits; google-auth gives a request up after three seconds otherwise.
TIMEOUT_SECONDS = 10

request = Request()


def tell(what):
    print(json.dumps(what), flush=True)


def tell_facts():
    found = {"ping": _metadata.ping(request), "onGce": _metadata.is_on_gce(request)}
    dump = _metadata.get(request, "instance/", recursive=True)
    tell(
        {
            **found,
            "projectId": _metadata.get_project_id(request),
            "team": _metadata.get(request, "project/attributes/team"),
            "instanceId": str(dump["id"]),
            "zone": dump["zone"],
            "tags": dump["tags"],
            "attributes": dump["attributes"],
            "account": _metadata.get_service_account_info(request),
            "missing": _metadata.get(
                request,
                "instance/attributes/missing",
                return_none_for_not_found_error=True,
            ),
            "universe": _metadata.get_universe_domain(request),
        }
    )


def tell_credentials():
    credentials, project_id = google.auth.default(request=request)
    assert isinstance(credentials, compute_engine.Credentials)
    credentials.refresh(request)
    by_identity = compute_engine.IDTokenCredentials(
        request, AUDIENCE, use_metadata_identity_endpoint=True
    )
    by_identity.refresh(request)
    tell(
        {
            "projectId": project_id,
            "email": credentials.service_account_email,
            "token": credentials.token,
            "idToken": by_identity.token,
            "fetchedIdToken": id_token.fetch_id_token(request, AUDIENCE),
        }
    )


def watch(key):
    """Waits for changes; a wait that ends without one is begun again, so no change is missed."""
    path = f"instance/attributes/{key}"
    value = _metadata.get(request, path)
    tell({"value": value})
    while value is not None:
        seen = _metadata.get(
            request,
            path,
            params={"wait_for_change": "true", "timeout_sec": WAIT_SECONDS},
            timeout=TIMEOUT_SECONDS,
            return_none_for_not_found_error=True,
        )
        if seen != value:
            tell({"value": seen})
        value = seen


if sys.argv[1] == "facts":
    tell_facts()
elif sys.argv[1] == "credentials":
    tell_credentials()
else:
    watch(sys.argv[2])
