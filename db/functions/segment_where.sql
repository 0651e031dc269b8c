--! title: segment_where
-- Contract: the SQL of a segment's condition tree (docs/segments.md), a boolean expression over leads.
--   Values and keys become quoted literals, columns come from a fixed list; nothing else of the JSON
--   becomes SQL. p_path and p_depth are for the recursion.
--   p_words: who decides whether a custom field has a value, since the function its index is over is slow to call for
--   rows that no index brings. 'index' for a count: an index does. 'page': either an index, or every row from the
--   newest on until the page is full. 'row': no index can, as under "not", and beside what has none in an "or".
-- Errors: 22023 "invalid segment at <path>: <problem>", the same texts as db/phases/00-base/segment.ts.
-- Cost: about 20 µs per condition.
CREATE OR REPLACE FUNCTION segment_where(
  p_segment jsonb, p_path text DEFAULT '$', p_depth integer DEFAULT 1, p_words text DEFAULT 'index'
)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  max_depth constant integer := 16;
  keys      text;
  words     text := p_words;
  children  text[];
BEGIN
  IF p_depth = 1 AND segment_size_fault(p_segment) IS NOT NULL THEN
    PERFORM segment_refuse(p_path, segment_size_fault(p_segment));
  ELSIF p_depth > max_depth THEN
    PERFORM segment_refuse(p_path, format('deeper than %s levels', max_depth));
  END IF;
  IF jsonb_typeof(p_segment) = 'object' THEN
    keys := (SELECT string_agg(key, ' ' ORDER BY key COLLATE "C") FROM jsonb_object_keys(p_segment) AS key);
  END IF;

  CASE keys
    WHEN 'and', 'or' THEN
      IF jsonb_typeof(p_segment -> keys) <> 'array' THEN
        PERFORM segment_refuse(p_path || '.' || keys, 'expected a list');
      END IF;
      IF keys = 'or' AND NOT segment_is_indexed(p_segment) THEN
        words := 'row';
      END IF;
      SELECT array_agg(segment_where(child, format('%s.%s[%s]', p_path, keys, place - 1), p_depth + 1, words)
                       ORDER BY place)
      INTO children
      FROM jsonb_array_elements(p_segment -> keys) WITH ORDINALITY AS list (child, place);
      RETURN coalesce('(' || array_to_string(children, format(' %s ', upper(keys))) || ')', (keys = 'and')::text);
    WHEN 'not' THEN
      -- A condition on a missing value is NULL. IS NOT TRUE takes that for false, as a reader does.
      RETURN format('(%s) IS NOT TRUE', segment_where(p_segment -> 'not', p_path || '.not', p_depth + 1, 'row'));
    WHEN 'field operator', 'field operator value' THEN
      RETURN '(' || segment_condition(p_segment, p_path, words) || ')';
    ELSE
      PERFORM segment_refuse(p_path, 'expected "and", "or", "not" or a condition');
  END CASE;
END
$$;

COMMENT ON FUNCTION segment_where(jsonb, text, integer, text) IS 'The SQL of a segment''s condition tree.';
ALTER FUNCTION segment_where(jsonb, text, integer, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_where(jsonb, text, integer, text) FROM PUBLIC;
