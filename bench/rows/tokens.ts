import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { Issuer } from '../../packages/accredit/src/identity/issuer.ts';
import { SystemRandom } from '../../packages/accredit/src/identity/system-random.ts';
import { MemoryStore } from '../../packages/accredit/src/store/memory-store.ts';
import { type Row, rates } from '../row.ts';

const PRINCIPAL = {
  kind: 'serviceAccount' as const,
  email: 'workload@my-project.iam.gserviceaccount.com',
  uniqueId: '123456789012345678901',
};

/** Tokens minted and verified a second, beside the one HMAC that each of them must at least cost. */
export async function tokens(): Promise<readonly Row[]> {
  const issuer = await Issuer.open(new MemoryStore(), { now: () => Date.now() }, new SystemRandom());
  const request = {
    grantId: 'instances/1234567890123456789',
    principal: PRINCIPAL,
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    instance: 'projects/my-project/zones/us-central1-a/instances/vm-1',
  };
  const { token } = issuer.mintAccessToken(request);
  const secret = createSecretKey(randomBytes(32));
  const signed = token.slice(0, token.lastIndexOf('.'));
  const expected = createHmac('sha256', secret).update(signed).digest();
  const hmac = () => {
    if (!timingSafeEqual(createHmac('sha256', secret).update(signed).digest(), expected))
      throw new Error('HMAC');
  };
  const mint = rates(() => issuer.mintAccessToken(request), hmac);
  const verify = rates(() => {
    if (issuer.verifyAccessToken(token).outcome !== 'good') throw new Error('not good');
  }, hmac);
  const floorIs = 'one HMAC-SHA256 over as many bytes';
  return [
    {
      name: 'access tokens minted',
      unit: 'per s',
      ...mint,
      floorIs,
      target: '100,000 a second',
      met: mint.ours >= 100_000,
    },
    {
      name: 'access tokens verified',
      unit: 'per s',
      ...verify,
      floorIs,
      target: '0.5 of the floor',
      met: verify.ours >= 0.5 * verify.floor,
    },
  ];
}
