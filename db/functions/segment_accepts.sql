--! title: segment_accepts
-- Contract: whether the value of a condition (NULL: none was given) is what its operator expects, in the
--   words of the error message.
-- Errors: none.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION segment_accepts(p_value jsonb, p_expected text)
RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT coalesce(CASE p_expected
    WHEN 'a text' THEN type = 'string'
    WHEN 'a list of texts' THEN is_texts
    WHEN 'a text or a list of texts' THEN type = 'string' OR is_texts
    WHEN 'an ISO date' THEN type = 'string' AND segment_is_date(p_value #>> '{}')
    WHEN 'a list of two ISO dates' THEN
      is_texts AND jsonb_array_length(p_value) = 2
      AND segment_is_date(p_value ->> 0) AND segment_is_date(p_value ->> 1)
    WHEN 'a text, a number or a boolean' THEN type IN ('string', 'number', 'boolean')
    WHEN 'a number' THEN type = 'number'
    WHEN 'true or false, or no value' THEN p_value IS NULL OR type = 'boolean'
  END, false)
  FROM (SELECT jsonb_typeof(p_value) AS type,
               jsonb_typeof(p_value) = 'array'
                 AND NOT p_value @? 'strict $[*] ? (@.type() != "string")' AS is_texts) AS kind
$$;

COMMENT ON FUNCTION segment_accepts(jsonb, text) IS 'Whether a value is what an operator of a segment expects.';
ALTER FUNCTION segment_accepts(jsonb, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_accepts(jsonb, text) FROM PUBLIC;
