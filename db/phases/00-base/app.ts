import type { Application } from '../../application.ts';
import { expireFrom } from './expire-sends.ts';
import { findLead } from './find-lead.ts';
import { findWorkspace } from './find-workspace.ts';
import { importLeads } from './import-leads.ts';
import { leadQueries } from './list-leads.ts';
import { request } from './request.ts';
import { scheduleSends } from './schedule-sends.ts';
import { segmentQueries } from './segment-leads.ts';
import { NAIVE } from './segment-operators.ts';

const leads = leadQueries('(email ILIKE $4 OR name ILIKE $4 OR company ILIKE $4)');
const segments = segmentQueries(NAIVE);

/** MailGenius before any optimization: every operation in its obvious form, one row at a time. */
export default {
  listLeads: leads.list,
  countLeads: leads.count,
  searchLeads: leads.list,
  countSearch: leads.count,
  findLead,
  importLeads,
  scheduleSends,
  segmentLeads: segments.list,
  countSegment: segments.count,
  expireSends: expireFrom('email_sends'),
  request,
  findWorkspace,
} satisfies Application;
