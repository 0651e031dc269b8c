--! title: segment_field_equals
-- Contract: the SQL of "this custom field is this text, number or boolean". p_words as segment_where has them: 'index'
--   asks for its term, 'row' looks at the field; 'page' looks at the field, and asks for the term too unless a tenth of
--   the leads have it: then a page of 10,000 is full before an index pays.
-- Errors: none; the value was checked.
-- Cost: builds text; a page, segment_term_share. What it builds: of a row that no index brings, the field takes 0.6 µs
--   and the term 6.
CREATE OR REPLACE FUNCTION segment_field_equals(p_key text, p_value jsonb, p_words text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  frequent constant real := 0.1;
  kind     constant text := jsonb_typeof(p_value);
  terms    constant text[] := field_terms(jsonb_build_object(p_key, p_value));
  by_term  constant text := format('field_terms(custom_fields) @> %L::text[]', terms);
  -- A CASE: the planner takes one for half of the rows. A plain = is one row in 200 to it, and two of them one in
  -- 40,000; of a frequent value it would then fetch and sort every lead for a page of the newest.
  by_field constant text := format(
    'CASE jsonb_typeof(custom_fields -> %L::text) WHEN %L THEN %s END', p_key, kind,
    CASE kind
      WHEN 'string' THEN format('lower(custom_fields ->> %L::text) = %L', p_key, lower(p_value #>> '{}'))
      ELSE format('custom_fields -> %L::text = %L::jsonb', p_key, p_value)
    END);
BEGIN
  RETURN CASE
    WHEN p_words = 'index' THEN by_term
    WHEN p_words = 'row' OR segment_term_share(terms[1]) >= frequent THEN by_field
    ELSE by_field || ' AND ' || by_term
  END;
END
$$;

COMMENT ON FUNCTION segment_field_equals(text, jsonb, text) IS 'SQL: the custom field has the value.';
ALTER FUNCTION segment_field_equals(text, jsonb, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_field_equals(text, jsonb, text) FROM PUBLIC;
