/** Leads of workspace $1 with whatever a condition may trip over: quotes, wildcards, NULLs, ends of days. */
export const SEGMENT_LEADS = String.raw`
  INSERT INTO leads (workspace_id, email, name, company, source, status, tags, custom_fields, created_at) VALUES
    ($1, 'O_Brien@example.com', 'O''Brien', 'Acme', 'form', 'active', '{a}', '{"n": "5"}', '2025-03-30 23:59:59.999Z'),
    ($1, 'percent@example.com', '100 %', '\', 'api', 'active', '{a,b,c}',
     '{"n": 5, "it''s \"q\"": "''; --"}', '2025-03-29 23:59:59.999Z'),
    ($1, 'zoe@example.org', 'Zoë', 'ÉCLAIR', 'import', 'bounced', '{b}', '{"n": true, "none": null}', '2025-03-31Z'),
    ($1, 'empty@example.org', NULL, NULL, 'manual', 'unsubscribed', '{}', '{}', '2025-03-30Z')`;
