"""Lists the buckets of my-project with a key file and no token endpoint: google-auth signs a JWT for the API, once for its
name and once with scopes. Told in lines of JSON for clients/self-signed-jwt.test.ts.

    self_signed.py KEY_FILE
"""

import json
import sys

from google.auth.transport.requests import AuthorizedSession
from google.oauth2 import service_account

HOST = "storage.googleapis.com"
READ_ONLY = "https://www.googleapis.com/auth/devstorage.read_only"

credentials = service_account.Credentials.from_service_account_file(sys.argv[1])
credentials = credentials.with_always_use_jwt_access(True)

for signer in (credentials, credentials.with_scopes([READ_ONLY])):
    session = AuthorizedSession(signer, default_host=HOST)
    answer = session.get(f"https://{HOST}/storage/v1/b", params={"project": "my-project"})
    answer.raise_for_status()
    print(json.dumps([bucket["name"] for bucket in answer.json()["items"]]), flush=True)
