/** The in-process API: a cloud inside a test or a program of one's own. */
export { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
export { DEFAULT_PROJECT_ID } from './config/settings.ts';
