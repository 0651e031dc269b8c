import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { SEGMENT_LEADS } from '../testing/segment-leads.ts';
import { createCampaign, createTenant } from '../testing/tenant.ts';

/** What a client may have set, each for a reason of its own. */
const SETTINGS: readonly Readonly<Record<string, string>>[] = [
  { standard_conforming_strings: 'off', escape_string_warning: 'off' },
  // Their abbreviations, IST, CST and PST, mean another zone to PostgreSQL.
  { DateStyle: 'SQL, DMY', TimeZone: 'Asia/Kolkata' },
  { DateStyle: 'SQL, MDY', TimeZone: 'Asia/Shanghai' },
  { DateStyle: 'Postgres, DMY', TimeZone: 'Asia/Manila' },
  {
    IntervalStyle: 'sql_standard',
    array_nulls: 'off',
    quote_all_identifiers: 'on',
    extra_float_digits: '-15',
  },
  { search_path: 'shadow, public' },
];

const SEGMENT = JSON.stringify({
  or: [
    { field: 'email', operator: 'starts_with', value: 'o_b' },
    { field: 'name', operator: 'contains', value: '%' },
    { field: 'company', operator: 'equals', value: '\\' },
    { field: 'custom_fields.it\'s "q"', operator: 'equals', value: "'; --" },
    { field: 'created_at', operator: 'between', value: ['2025-03-31T02:00:00+02:00', '2025-03-31'] },
    { field: 'created_at', operator: 'after', value: '2025-03-31T02:00:00+02:00' },
  ],
});

/** Each answers one row for workspace $1; `$2` is a campaign of it. */
const QUESTIONS: Readonly<Record<string, string>> = {
  segment: `SELECT array_agg(email::text) AS answer FROM get_segmented_leads($1, $$${SEGMENT}$$)`,
  count: `SELECT count_segmented_leads($1, $$${SEGMENT}$$)::int AS answer`,
  term: `SELECT array_agg(email::text) AS answer FROM search_leads_optimized($1, p_term => '%')`,
  underscore: `SELECT array_agg(email::text) AS answer FROM search_leads_optimized($1, p_term => '_')`,
  page: `
    SELECT array_agg(page.email::text) AS answer
    FROM (SELECT created_at, id FROM leads WHERE email = 'percent@example.com') AS last,
         search_leads_optimized($1, p_after_created_at => last.created_at + interval '500 us', p_after_id => last.id) AS page`,
  import: `
    SELECT to_json(result)::text AS answer
    FROM fast_bulk_lead_import($1, '[{"email": "dot@examplexorg"}, {"email": "ann@example.com", "name": 7}]') AS result`,
  metrics: `
    SELECT to_json(result)::text AS answer
    FROM batch_update_campaign_metrics($1, json_build_array(json_build_object('campaign_id', $2::uuid, 'opened', 5))::jsonb) AS result`,
  events: `
    SELECT to_json(result)::text AS answer
    FROM batch_update_email_status($1, '[{"provider_message_id": "m", "event": "opened", "at": "2025-03-31T02:00:00.5+02:00"}]') AS result`,
  growth: `
    SELECT array_agg(total_leads::int ORDER BY period_start) AS answer
    FROM get_lead_growth_analytics($1, to_date('20250329', 'YYYYMMDD'), to_date('20250331', 'YYYYMMDD'))`,
};

test('answers are the same, whatever the session has set', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await owner.query(SEGMENT_LEADS, [tenant.workspaceId]);
    const campaignId = await createCampaign(owner, tenant);
    await owner.script(`
      CREATE SCHEMA shadow;
      GRANT USAGE ON SCHEMA shadow TO mailgenius_app;
      CREATE FUNCTION shadow.length(text) RETURNS integer LANGUAGE sql AS 'SELECT 1000';
      CREATE FUNCTION shadow.replace(text, text, text) RETURNS text LANGUAGE sql AS $$SELECT 'x'$$;
      CREATE FUNCTION shadow.regexp_replace(text, text, text, text) RETURNS text LANGUAGE sql AS $$SELECT 'x'$$`);
    const ask = async (settings: Readonly<Record<string, string>>) => {
      const session = await app(tenant.workspaceId, tenant.userId);
      for (const [name, value] of Object.entries(settings)) {
        await session.query('SELECT set_config($1, $2, false)', [name, value]);
      }
      const answers: Record<string, unknown> = {};
      for (const [name, sql] of Object.entries(QUESTIONS)) {
        const values = sql.includes('$2') ? [tenant.workspaceId, campaignId] : [tenant.workspaceId];
        const { rows } = await session.query<{ answer: unknown }>(sql, values);
        answers[name] = rows[0]?.answer;
      }
      return answers;
    };
    const expected = await ask({});
    expect(expected).toMatchObject({
      segment: ['zoe@example.org', 'O_Brien@example.com', 'percent@example.com'],
      term: ['percent@example.com'],
      underscore: ['O_Brien@example.com'],
      page: ['percent@example.com', 'caps@example.org'],
      metrics: '{"updated_count":1,"error_count":0,"errors":[]}',
      import: expect.stringMatching(/email is not an address.*name is not text/),
      growth: [2, 4, 5],
    });
    for (const settings of SETTINGS) {
      expect(await ask(settings), JSON.stringify(settings)).toEqual(expected);
    }
  }));

test('no function of ours looks anything up along the search_path of its caller', () =>
  withState('views', async ({ owner }) => {
    // A body with RETURN is parsed when it is made. A procedure that commits can have no setting of its own.
    const { rows } = await owner.query(`
      SELECT oid::regprocedure::text AS function FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND prosqlbody IS NULL
        AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')`);
    expect(rows).toEqual([]);
  }));
