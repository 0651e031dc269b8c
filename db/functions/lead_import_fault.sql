--! title: lead_import_fault
-- Contract: why one element of an import cannot go in, or NULL when it can: the first check it fails.
--   p_email is the element's e-mail without blanks around it. The application checks the same in
--   db/phases/00-base/lead-input.ts; a property test compares both.
-- Errors: none.
-- Cost: about 3 µs for a valid lead; a single expression, so that the planner puts it in place of the call.
--   With RETURN it is parsed once, here: no search_path and no setting of a session makes it another one.
CREATE OR REPLACE FUNCTION lead_import_fault(p_lead jsonb, p_email text)
RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE -- as pg_column_size is
RETURN CASE
  WHEN jsonb_typeof(p_lead) <> 'object' THEN 'not an object'

  WHEN p_email IS NULL THEN 'email is missing'
  WHEN jsonb_typeof(p_lead -> 'email') <> 'string' THEN 'email is not text'
  WHEN p_email = '' THEN 'email is missing'
  WHEN length(p_email) > 254 THEN 'email is longer than 254 characters'
  -- Printable ASCII only, so that the application and PostgreSQL agree on upper and lower case.
  WHEN p_email !~ '^[!-?A-~]+@[A-Za-z0-9.-]+[.][A-Za-z0-9-]+$' THEN 'email is not an address'

  WHEN jsonb_typeof(p_lead -> 'name') NOT IN ('string', 'null') THEN 'name is not text'
  WHEN length(p_lead ->> 'name') > 200 THEN 'name is longer than 200 characters'
  WHEN jsonb_typeof(p_lead -> 'phone') NOT IN ('string', 'null') THEN 'phone is not text'
  WHEN length(p_lead ->> 'phone') > 50 THEN 'phone is longer than 50 characters'
  WHEN jsonb_typeof(p_lead -> 'company') NOT IN ('string', 'null') THEN 'company is not text'
  WHEN length(p_lead ->> 'company') > 200 THEN 'company is longer than 200 characters'
  WHEN jsonb_typeof(p_lead -> 'position') NOT IN ('string', 'null') THEN 'position is not text'
  WHEN length(p_lead ->> 'position') > 200 THEN 'position is longer than 200 characters'

  WHEN p_lead ->> 'source' NOT IN ('form', 'import', 'api', 'webhook', 'manual')
    THEN 'source is not one of form, import, api, webhook, manual'
  WHEN p_lead ->> 'status' NOT IN ('active', 'unsubscribed', 'bounced', 'complained')
    THEN 'status is not one of active, unsubscribed, bounced, complained'

  WHEN jsonb_typeof(p_lead -> 'tags') NOT IN ('array', 'null')
    OR p_lead -> 'tags' @? 'strict $[*] ? (@.type() != "string")' THEN 'tags is not a list of texts'
  -- Each is looked for among all of the lead's, and no cancel ends that: of 100,000 it took 76 s.
  WHEN p_lead -> 'tags' -> 1000 IS NOT NULL THEN 'tags has more than 1,000'
  -- An index entry has a size limit, which a longer tag would hit as an error of the whole import.
  -- Of a list that takes no more bytes, no tag does; the regular expression costs as much as all else here.
  WHEN pg_column_size(p_lead -> 'tags') > 100 AND p_lead -> 'tags' @? 'strict $[*] ? (@ like_regex "^.{101}" flag "s")'
    THEN 'tags has one longer than 100 characters'
  WHEN jsonb_typeof(p_lead -> 'custom_fields') NOT IN ('object', 'null')
    THEN 'custom_fields is not an object'
END;

COMMENT ON FUNCTION lead_import_fault(jsonb, text) IS 'Why an element of an import cannot go in; NULL when it can.';
ALTER FUNCTION lead_import_fault(jsonb, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION lead_import_fault(jsonb, text) FROM PUBLIC;
