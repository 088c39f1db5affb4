import { group } from '../command-group.ts';
import { clockAdvance } from './clock-advance.ts';
import { clockShow } from './clock-show.ts';

/** `accredit clock` */
export const clock = group('clock', "The cloud's time: show it, move it forward.", [clockShow, clockAdvance]);
