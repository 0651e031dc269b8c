--! title: segment_condition
-- Contract: the SQL of one condition {field, operator, value} of a segment, in words an index can answer: @> for lists
--   and custom fields, ILIKE over email::text, a reversed prefix for "ends with". p_words: see segment_where.
-- Errors: 22023 naming the place in the JSON.
-- Cost: builds text.
CREATE OR REPLACE FUNCTION segment_condition(p_condition jsonb, p_path text, p_words text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  field    constant text := p_condition ->> 'field';
  operator constant text := p_condition ->> 'operator';
  value    constant jsonb := p_condition -> 'value';
  given    constant text := p_condition ->> 'value';
  kind     text;
  key      text;
  expected text;
  fault    text;
BEGIN
  IF jsonb_typeof(p_condition -> 'field') <> 'string' THEN
    PERFORM segment_refuse(p_path || '.field', 'expected a text');
  END IF;
  fault := long_text_fault(field);
  IF fault IS NOT NULL THEN
    PERFORM segment_refuse(p_path || '.field', fault);
  END IF;
  key := substring(field FROM '^custom_fields[.](.+)$');
  kind := CASE
    WHEN key IS NOT NULL THEN 'custom'
    WHEN field IN ('email', 'tags') THEN field
    WHEN field IN ('name', 'company', 'position') THEN 'text'
    WHEN field IN ('source', 'status') THEN 'choice'
    WHEN field IN ('created_at', 'updated_at') THEN 'time'
  END;
  IF kind IS NULL THEN
    PERFORM segment_refuse(p_path || '.field', format('unknown field %s', to_json(field)));
  ELSIF jsonb_typeof(p_condition -> 'operator') <> 'string' THEN
    PERFORM segment_refuse(p_path || '.operator', 'expected a text');
  END IF;

  expected := CASE
    WHEN (kind, operator) IN (('email', 'contains'), ('email', 'equals'), ('email', 'starts_with'),
                              ('email', 'ends_with'), ('text', 'contains'), ('text', 'equals'),
                              ('choice', 'equals'), ('choice', 'not_equals'), ('custom', 'contains')) THEN 'a text'
    WHEN (kind, operator) IN (('choice', 'in')) THEN 'a list of texts'
    WHEN (kind, operator) IN (('tags', 'contains'), ('tags', 'not_contains')) THEN 'a text or a list of texts'
    WHEN (kind, operator) IN (('time', 'after'), ('time', 'before')) THEN 'an ISO date'
    WHEN (kind, operator) IN (('time', 'between')) THEN 'a list of two ISO dates'
    WHEN (kind, operator) IN (('custom', 'equals')) THEN 'a text, a number or a boolean'
    WHEN (kind, operator) IN (('custom', 'gt'), ('custom', 'lt')) THEN 'a number'
    WHEN (kind, operator) IN (('custom', 'exists')) THEN 'true or false, or no value'
  END;
  IF expected IS NULL THEN
    PERFORM segment_refuse(p_path || '.operator', format('%s has no operator %s', to_json(field), to_json(operator)));
  ELSIF NOT segment_accepts(value, expected) THEN
    PERFORM segment_refuse(p_path || '.value', 'expected ' || expected);
  END IF;
  fault := long_text_fault(VARIADIC segment_texts(value));
  IF fault IS NOT NULL THEN
    PERFORM segment_refuse(p_path || '.value', fault);
  END IF;

  RETURN CASE kind || ' ' || operator
    WHEN 'email contains'    THEN format('email::text ILIKE %L', '%' || like_literal(given) || '%')
    WHEN 'email equals'      THEN format('email = %L::citext', given)
    WHEN 'email starts_with' THEN format('email::text ILIKE %L', like_literal(given) || '%')
    WHEN 'email ends_with'   THEN
      -- Reversed here: the planner makes a range only of a pattern whose beginning it can see.
      format('reverse(lower(email::text)) LIKE %L', like_literal(reverse(lower(given))) || '%')

    WHEN 'text contains'     THEN format('%I ILIKE %L', field, '%' || like_literal(given) || '%')
    -- ILIKE without wildcards is equality that a trigram index answers.
    WHEN 'text equals'       THEN format('%I ILIKE %L', field, like_literal(given))

    -- As citext, which ignores case. It is slow: what no index finds is compared as it is before.
    WHEN 'tags contains'     THEN format('tags::citext[] @> %L::citext[]', segment_texts(value))
    WHEN 'tags not_contains' THEN format('NOT (tags @> %1$L::text[] OR tags::citext[] @> %1$L::citext[])', segment_texts(value))

    WHEN 'choice equals'     THEN format('%I = %L', field, lower(given))
    WHEN 'choice not_equals' THEN format('%I IS DISTINCT FROM %L', field, lower(given))
    WHEN 'choice in'         THEN 
      format('%I = ANY (%L::text[])', field, ARRAY(SELECT lower(text) FROM unnest(segment_texts(value)) AS text))

    WHEN 'time after'        THEN segment_not_before(field, given)
    WHEN 'time before'       THEN segment_not_after(field, given)
    WHEN 'time between'      THEN segment_not_before(field, value ->> 0) || ' AND ' || segment_not_after(field, value ->> 1)

    WHEN 'custom equals'     THEN segment_field_equals(key, value, p_words)
    WHEN 'custom contains'   THEN format('custom_fields ->> %L::text ILIKE %L', key, '%' || like_literal(given) || '%')
    WHEN 'custom exists'     THEN format('(custom_fields ? %L) = %L::boolean', key, coalesce(given, 'true'))
    -- As jsonb, not by a cast: a cast of a text fails, and PostgreSQL may cast before it looks at the type.
    WHEN 'custom gt'         THEN
      format('jsonb_typeof(custom_fields -> %1$L::text) = ''number'' AND custom_fields -> %1$L::text > %2$L::jsonb', key, value)
    WHEN 'custom lt'         THEN
      format('jsonb_typeof(custom_fields -> %1$L::text) = ''number'' AND custom_fields -> %1$L::text < %2$L::jsonb', key, value)
  END;
END
$$;

COMMENT ON FUNCTION segment_condition(jsonb, text, text) IS 'The SQL of one condition of a segment.';
ALTER FUNCTION segment_condition(jsonb, text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_condition(jsonb, text, text) FROM PUBLIC;
