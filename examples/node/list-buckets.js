// Prints the names of a project's buckets: node list-buckets.js [PROJECT]
// The client library finds the credentials by itself (Application Default Credentials), and the project too where none
// is named.
import process from 'node:process';
import { Storage } from '@google-cloud/storage';

const [projectId] = process.argv.slice(2);
const storage = new Storage(projectId === undefined ? {} : { projectId });

try {
  const [buckets] = await storage.getBuckets();
  for (const bucket of buckets) console.log(bucket.name);
} catch (error) {
  console.error(`Cloud Storage says ${error.code}: ${error.message}`);
  process.exitCode = 1;
}
