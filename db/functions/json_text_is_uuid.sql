--! title: json_text_is_uuid
-- Contract: whether a JSON value is a text that casts to uuid in its usual form; false for a missing value.
-- Errors: none.
-- Cost: one regular expression.
CREATE OR REPLACE FUNCTION json_text_is_uuid(p_value jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp
AS $$
  SELECT coalesce(jsonb_typeof(p_value) = 'string'
    AND p_value #>> '{}' ~ '^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$', false)
$$;

COMMENT ON FUNCTION json_text_is_uuid(jsonb) IS 'Whether a JSON value is the text of a uuid.';
ALTER FUNCTION json_text_is_uuid(jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION json_text_is_uuid(jsonb) FROM PUBLIC;
