import type { Application } from '../../application.ts';
import { expireFrom } from '../00-base/expire-sends.ts';
import { scheduleSends } from './schedule-sends.ts';

/** Sends go to, and leave, the partitioned table. */
export default {
  scheduleSends,
  expireSends: expireFrom('email_sends_partitioned'),
} satisfies Partial<Application>;
