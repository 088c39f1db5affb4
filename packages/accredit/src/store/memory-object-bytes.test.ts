import { randomBytes } from 'node:crypto';
import { MemoryObjectBytes } from './memory-object-bytes.ts';
import { testObjectBytesContract } from './object-bytes.contract.ts';

testObjectBytesContract('MemoryObjectBytes', async () => new MemoryObjectBytes({ bytes: randomBytes }));
