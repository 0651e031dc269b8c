import type { Application } from '../../application.ts';
import { expireSends } from './expire-sends.ts';
import { importLeads } from './import-leads.ts';
import { countLeads, findLead, listLeads } from './list-leads.ts';
import { scheduleSends } from './schedule-sends.ts';
import { countSegment, segmentLeads } from './segment-leads.ts';

/** Every operation calls a function that checks the workspace itself and then uses any index. */
export default {
  listLeads,
  countLeads,
  searchLeads: listLeads,
  countSearch: countLeads,
  findLead,
  importLeads,
  scheduleSends,
  segmentLeads,
  countSegment,
  expireSends,
} satisfies Partial<Application>;
