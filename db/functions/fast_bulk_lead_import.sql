--! title: fast_bulk_lead_import
-- Contract: imports a JSON array of leads {email, name, phone, company, position, source, status, tags,
--   custom_fields} into the workspace. An invalid element comes back in errors as {position, reason},
--   counted from 1, and the others go in; errors has the first 100,000, error_count is of all. E-mails are
--   compared without outer blanks and case; of repeats the last valid one counts. What is given overwrites
--   name, phone, company and position of a lead that exists, adds to its tags, is merged into its
--   custom_fields; its source stays. Only an active lead's status changes: an import brings nobody back who
--   unsubscribed, bounced or complained. Counts are rows: imported_count inserted, updated_count changed; a lead
--   that says nothing new is not written at all.
-- Errors: 42501 no access to the workspace; 22023 p_leads_json is not an array; 54000 it passes 256 MB, or what a lead
--   has of custom_fields with what is added to it does.
-- Cost: one pass over the JSON and one statement, nearly all of it index maintenance (docs/performance.md).
--   A jsonb argument ends at 256 MB, about 800,000 leads.
CREATE OR REPLACE FUNCTION fast_bulk_lead_import(p_workspace_id uuid, p_leads_json jsonb)
RETURNS TABLE (imported_count integer, updated_count integer, error_count integer, errors jsonb)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
-- The larger the batch that goes from a pending list into its GIN index, the cheaper each entry: at the
-- default of 4 MB, an import of 100,000 leads empties the list dozens of times.
SET gin_pending_list_limit = '64MB'
SET work_mem = '128MB'
AS $$
#variable_conflict use_column
DECLARE
  bulk constant integer := 1000;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_leads_json IS NULL OR jsonb_typeof(p_leads_json) <> 'array' THEN
    RAISE EXCEPTION 'p_leads_json must be an array' USING ERRCODE = '22023';
  END IF;

  WITH element AS MATERIALIZED (
    SELECT ordinality::integer AS position, value AS lead, address AS email,
           lead_import_fault(value, address) AS fault
    FROM jsonb_array_elements(p_leads_json) WITH ORDINALITY,
         LATERAL (SELECT btrim(value ->> 'email', E' \t\r\n') AS address OFFSET 0) AS trimmed
  ),
  latest AS (
    -- Checked to be ASCII, so the collation makes no difference but to the speed.
    SELECT DISTINCT ON (lower(email COLLATE "C")) lead, email
    FROM element
    WHERE fault IS NULL
    ORDER BY lower(email COLLATE "C"), position DESC
  ),
  given AS (
    SELECT email::citext AS email,
           lead ->> 'name' AS name,
           lead ->> 'phone' AS phone,
           lead ->> 'company' AS company,
           lead ->> 'position' AS position,
           coalesce(lead ->> 'source', 'import') AS source,
           coalesce(lead ->> 'status', 'active') AS status,
           CASE jsonb_typeof(lead -> 'tags') WHEN 'array'
             THEN ARRAY(SELECT jsonb_array_elements_text(lead -> 'tags'))
             ELSE '{}' END AS tags,
           coalesce(nullif(lead -> 'custom_fields', 'null'), '{}') AS custom_fields
    FROM latest
    OFFSET 0 -- else the planner would not put lead_import_changes in place of its call, which uses the tags twice
  ),
  written AS (
    INSERT INTO leads AS lead
      (workspace_id, email, name, phone, company, position, source, status, tags, custom_fields)
    SELECT p_workspace_id, given.email, given.name, given.phone, given.company, given.position,
           given.source, given.status,
           ARRAY(SELECT tag FROM unnest(given.tags) WITH ORDINALITY AS list (tag, place)
                 GROUP BY tag ORDER BY min(place)),
           given.custom_fields
    FROM given
    LEFT JOIN leads AS known ON known.workspace_id = p_workspace_id AND known.email = given.email
    -- ON CONFLICT would lock a lead before it finds nothing to change; a repeated import would write
    -- every row. Here it never sees those; its own test is for what another session did meanwhile.
    WHERE known.id IS NULL OR lead_import_changes(known, given.name, given.phone, given.company,
                                                  given.position, given.status, given.tags, given.custom_fields)
    -- Every import takes its locks in this order: two that overlap wait, and never for each other.
    ORDER BY lower(given.email::text COLLATE "C")
    ON CONFLICT (workspace_id, email) DO UPDATE SET
      name = coalesce(excluded.name, lead.name),
      phone = coalesce(excluded.phone, lead.phone),
      company = coalesce(excluded.company, lead.company),
      position = coalesce(excluded.position, lead.position),
      status = CASE lead.status WHEN 'active' THEN excluded.status ELSE lead.status END,
      tags = lead.tags || ARRAY(SELECT tag FROM unnest(excluded.tags) WITH ORDINALITY AS added (tag, place)
                                WHERE tag <> ALL (lead.tags) ORDER BY place),
      custom_fields = lead.custom_fields || excluded.custom_fields
    WHERE lead_import_changes(lead, excluded.name, excluded.phone, excluded.company, excluded.position,
                              excluded.status, excluded.tags, excluded.custom_fields)
    -- A row version nobody has replaced or locked yet was inserted just now.
    RETURNING xmax = 0 AS inserted
  ),
  refused AS (
    SELECT position, fault, row_number() OVER (ORDER BY position) AS place
    FROM element
    WHERE fault IS NOT NULL
  )
  SELECT (SELECT count(*) FROM written WHERE inserted)::integer,
         (SELECT count(*) FROM written WHERE NOT inserted)::integer,
         count(*)::integer,
         coalesce(jsonb_agg(jsonb_build_object('position', position, 'reason', fault) ORDER BY place)
                  FILTER (WHERE place <= 100000), '[]')
  INTO imported_count, updated_count, error_count, errors
  FROM refused;

  -- Nobody's search should read what a large import left pending.
  IF imported_count + updated_count >= bulk THEN
    PERFORM clean_pending_lists('leads');
  END IF;

  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  VALUES (p_workspace_id, session_user_id(), 'import', 'lead',
          jsonb_build_object('given', jsonb_array_length(p_leads_json), 'imported', imported_count,
                             'updated', updated_count, 'refused', error_count));
  RETURN NEXT;
END
$$;

COMMENT ON FUNCTION fast_bulk_lead_import(uuid, jsonb) IS
  'Imports a JSON array of leads; returns what was inserted, changed and refused.';
ALTER FUNCTION fast_bulk_lead_import(uuid, jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION fast_bulk_lead_import(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION fast_bulk_lead_import(uuid, jsonb) TO mailgenius_app;
