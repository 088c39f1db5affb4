/** The in-process API: a cloud inside a test or a program of one's own. */
export { type Cloud, type CloudOptions, DEFAULT_PROJECT_ID, startCloud } from './cloud.ts';
