import type { Budget, Database, ScheduleResult } from '../db/application.ts';
import { createCampaign, createLeads, createTenant, only, type Tenant } from '../db/testing/tenant.ts';
import { type StateName, type StateUnderTest, withState } from './database.ts';

/** Leads of the tenant. */
export const NAMES = ['ann', 'bob', 'cyd', 'dan'];
export const UNLIMITED: Budget = { spent: () => false };

/** A tenant with four active leads and a campaign, and what its application does with them. */
export interface Tools {
  readonly state: StateUnderTest;
  readonly tenant: Tenant;
  readonly session: Database;
  readonly campaignId: string;
  readonly leadIds: readonly string[];
  schedule(campaignId: string, leadIds: readonly string[], session?: Database): Promise<ScheduleResult>;
  recipients(campaignId: string): Promise<number>;
  sends(campaignId: string): Promise<readonly string[]>;
}

/** Checks something in a database of the state. */
export function inState(name: StateName, check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState(name, async (state) => {
    const { owner, application } = state;
    const tenant = await createTenant(owner, 'tenant');
    const session = await state.app(tenant.workspaceId, tenant.userId);
    await check({
      state,
      tenant,
      session,
      campaignId: await createCampaign(owner, tenant),
      leadIds: await createLeads(owner, tenant, NAMES),
      schedule: (campaignId, leadIds, as = session) =>
        application.scheduleSends(as, tenant.workspaceId, campaignId, leadIds, UNLIMITED),
      recipients: async (campaignId) => {
        const sql = 'SELECT total_recipients AS n FROM campaigns WHERE id = $1';
        return only((await owner.query<{ n: number }>(sql, [campaignId])).rows).n;
      },
      sends: async (campaignId) => {
        const sql = `SELECT email::text || ' ' || status AS send FROM email_sends WHERE campaign_id = $1 ORDER BY 1`;
        return (await owner.query<{ send: string }>(sql, [campaignId])).rows.map(({ send }) => send);
      },
    });
  });
}
