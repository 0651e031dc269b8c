/**
 * Leads of workspace $1 with whatever a condition may trip over: quotes, wildcards, NULLs, ends of days, capitals in tags,
 * keys and values, one number in two scales, values of a type and the texts that look like them.
 */
export const SEGMENT_LEADS = String.raw`
  INSERT INTO leads (workspace_id, email, name, company, source, status, tags, custom_fields, created_at) VALUES
    ($1, 'O_Brien@example.com', 'O''Brien', 'Acme', 'form', 'active', '{a}',
     '{"n": "5", "Plan": "pro"}', '2025-03-30 23:59:59.999Z'),
    ($1, 'percent@example.com', '100 %', '\', 'api', 'active', '{A,b,c}',
     '{"n": 5.0, "it''s \"q\"": "''; --", "plan": "pRO"}', '2025-03-29 23:59:59.999Z'),
    ($1, 'zoe@example.org', 'Zoë', 'ÉCLAIR', 'import', 'bounced', '{b}',
     '{"n": true, "none": null, "plan": ["pro"]}', '2025-03-31Z'),
    ($1, 'empty@example.org', NULL, NULL, 'manual', 'unsubscribed', '{}', '{}', '2025-03-30Z'),
    ($1, 'caps@example.org', 'ΝΊΚΟΣ', 'İZ', 'form', 'active', '{B,VIP,ΝΊΚΟΣ}',
     '{"n": "TRUE", "N": 5, "none": 5.00, "a.b": "ÉCLAIR ΝΊΚΟΣ İ"}', '2025-03-28Z')`;
