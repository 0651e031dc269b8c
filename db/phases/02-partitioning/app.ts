import type { Application } from '../../application.ts';
import { scheduleSends } from './schedule-sends.ts';

/** Sends go to the partitioned table. */
export default { scheduleSends } satisfies Partial<Application>;
