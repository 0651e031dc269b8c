--! title: bulk_insert_leads
-- Contract: the plain fast path: inserts a JSON array of leads {email, name, phone, company, position, source,
--   status, tags, custom_fields}. A lead that is there already stays as it is; of repeats in the array one
--   goes in. inserted_count = rows added, skipped_count = the others.
-- Errors: 42501 no access to the workspace; 22023 p_leads_json is not an array, or an element of it is invalid:
--   the message names the position of the first one, counted from 1, and what lead_import_fault says of it.
--   All of it or nothing; fast_bulk_lead_import takes the others.
-- Cost: one pass over the JSON, and about one INSERT … SELECT of as many rows.
CREATE OR REPLACE FUNCTION bulk_insert_leads(p_workspace_id uuid, p_leads_json jsonb)
RETURNS TABLE (inserted_count integer, skipped_count integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  first record;
BEGIN
  PERFORM assert_workspace_access(p_workspace_id);
  IF p_leads_json IS NULL OR jsonb_typeof(p_leads_json) <> 'array' THEN
    RAISE EXCEPTION 'p_leads_json must be an array' USING ERRCODE = '22023';
  END IF;

  SELECT ordinality AS position, fault INTO first
  FROM jsonb_array_elements(p_leads_json) WITH ORDINALITY,
       LATERAL (SELECT btrim(value ->> 'email', E' \t\r\n') AS address OFFSET 0) AS trimmed,
       LATERAL (SELECT lead_import_fault(value, address) AS fault OFFSET 0) AS checked
  WHERE fault IS NOT NULL
  ORDER BY ordinality
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'invalid lead at position %: %', first.position, first.fault USING ERRCODE = '22023';
  END IF;

  INSERT INTO leads (workspace_id, email, name, phone, company, position, source, status, tags, custom_fields)
  SELECT p_workspace_id, btrim(given.email, E' \t\r\n'), given.name, given.phone, given.company, given.position,
         coalesce(given.source, 'import'), coalesce(given.status, 'active'),
         coalesce(given.tags, '{}'), coalesce(nullif(given.custom_fields, 'null'), '{}')
  FROM jsonb_to_recordset(p_leads_json) AS given (
    email text, name text, phone text, company text, position text, source text, status text, tags text[],
    custom_fields jsonb)
  -- In the order of the key, so that two overlapping calls wait, and never for each other.
  ORDER BY lower(btrim(given.email, E' \t\r\n')) COLLATE "C"
  ON CONFLICT (workspace_id, email) DO NOTHING;
  GET DIAGNOSTICS inserted_count = ROW_COUNT;
  skipped_count := jsonb_array_length(p_leads_json) - inserted_count;

  INSERT INTO audit_logs (workspace_id, user_id, action, object_type, details)
  VALUES (p_workspace_id, session_user_id(), 'import', 'lead',
          jsonb_build_object('given', jsonb_array_length(p_leads_json), 'imported', inserted_count));
  RETURN NEXT;
END
$$;

COMMENT ON FUNCTION bulk_insert_leads(uuid, jsonb) IS
  'Inserts leads, all or none; those that are there already stay as they are.';
ALTER FUNCTION bulk_insert_leads(uuid, jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION bulk_insert_leads(uuid, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION bulk_insert_leads(uuid, jsonb) TO mailgenius_app;
