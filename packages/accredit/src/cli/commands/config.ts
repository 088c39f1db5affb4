import { group } from '../command-group.ts';
import { configCheck } from './config-check.ts';

/** `accredit config` */
export const config = group('config', 'The configuration file, accredit.yaml.', [configCheck]);
