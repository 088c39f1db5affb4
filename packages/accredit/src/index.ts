/** The in-process API: a cloud inside a test or a program of one's own. */
export type { FaultControl } from './apis/control/faults.ts';
export { type Cloud, type CloudOptions, type CloudTime, startCloud } from './cloud.ts';
export { DEFAULT_PROJECT_ID } from './config/settings.ts';
export type { FaultRequest, FaultView } from './protocol/metadata/faults.ts';
