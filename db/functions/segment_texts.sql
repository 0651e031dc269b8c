--! title: segment_texts
-- Contract: a JSON text or list of texts as an array.
-- Errors: none.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION segment_texts(p_value jsonb)
RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE jsonb_typeof(p_value)
    WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(p_value))
    ELSE ARRAY[p_value #>> '{}']
  END
$$;

COMMENT ON FUNCTION segment_texts(jsonb) IS 'One text or a list of texts as an array.';
ALTER FUNCTION segment_texts(jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_texts(jsonb) FROM PUBLIC;
