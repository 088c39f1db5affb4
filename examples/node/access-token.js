// Prints an access token of the service account that this program was given: node access-token.js
import { GoogleAuth } from 'google-auth-library';

const auth = new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/cloud-platform' });

console.log(await auth.getAccessToken());
