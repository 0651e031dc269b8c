import type { Application } from '../../application.ts';
import { leadQueries } from '../00-base/list-leads.ts';
import { segmentQueries } from '../00-base/segment-leads.ts';
import { INDEXED } from './segment-operators.ts';

const leads = leadQueries('(email::text ILIKE $4 OR name ILIKE $4 OR company ILIKE $4)');
const segments = segmentQueries(INDEXED);

/** The same questions in the words an index can answer. */
export default {
  searchLeads: leads.list,
  countSearch: leads.count,
  segmentLeads: segments.list,
  countSegment: segments.count,
} satisfies Partial<Application>;
