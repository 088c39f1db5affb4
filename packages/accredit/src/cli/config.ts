import { configCheck } from './config-check.ts';
import { group } from './group.ts';

/** `accredit config` */
export const config = group('config', 'The configuration file, accredit.yaml.', [configCheck]);
